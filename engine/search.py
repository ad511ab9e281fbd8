"""Search attributes: what an operator filters by. They are stored in clear, so references only."""

from temporalio.common import SearchAttributeKey

PROGRAMME = SearchAttributeKey.for_keyword("Programme")
COHORT = SearchAttributeKey.for_keyword("Cohort")
PHASE = SearchAttributeKey.for_keyword("Phase")
WAITS_FOR = SearchAttributeKey.for_keyword_list("WaitsFor")
"""Partners that a case waits for."""

TYPES = {
    PROGRAMME.name: "Keyword",
    COHORT.name: "Keyword",
    PHASE.name: "Keyword",
    WAITS_FOR.name: "KeywordList",
}
"""Names and types as the engine's command line takes them."""
