import pytest

from models.grading import (
    ConversionCode,
    ReferenceGroup,
    TieBreak,
    TieRule,
)
from tests.rules.grading_cases import (
    OPAVA,
    SOFIA,
    a_distribution,
    by_shares,
    change,
)

OTHER = ReferenceGroup(isced_f="05", eqf_level=7)


@pytest.mark.parametrize(
    ("grade", "best_overlap", "midpoint", "best", "worst"),
    [
        pytest.param("A", "5", "5", "6", "5", id="D1"),
        pytest.param("B", "4.50", "4.50", "5", "4.50", id="D2"),
        pytest.param("C", "4.50", "4.50", "4.50", "4", id="D3"),
        pytest.param("D", "4", "4", "4", "4", id="D4"),
        pytest.param("E", None, None, "4", "3", id="D5"),
    ],
)
def test_distributions_answer_as_the_tie_rule_says(
    grade: str, best_overlap: str | None, midpoint: str | None, best: str, worst: str
) -> None:
    rules = (TieRule.MAX_OVERLAP, TieRule.MIDPOINT, TieRule.BEST_FOR_LEARNER, TieRule.WORST)
    results = [change(grade, "cz-letter", "bg-6", by_shares(tie_rule=rule)) for rule in rules]

    assert [result.result for result in results] == [best_overlap, midpoint, best, worst]
    assert all(result.needs_confirmation for result in results)
    assert results[0].table == "slu, nsa"


@pytest.mark.parametrize("rule", [TieRule.MAX_OVERLAP, TieRule.MIDPOINT])
def test_a_tie_names_its_candidates_unless_the_agreement_breaks_it(rule: TieRule) -> None:
    tie = change("E", "cz-letter", "bg-6", by_shares(tie_rule=rule))
    breaks = [
        change("E", "cz-letter", "bg-6", by_shares(tie_rule=rule, tie_break=one)).result for one in TieBreak
    ]

    assert (tie.code, tie.candidates) == (ConversionCode.CONVERSION_AMBIGUOUS, ("4", "3"))
    assert tie.refused
    assert breaks == ["4", "3"]


def test_a_distribution_that_is_out_of_order_is_read_best_first() -> None:
    shuffled = OPAVA.model_copy(update={"shares": dict(reversed(OPAVA.shares.items()))})

    assert change("A", "cz-letter", "bg-6", by_shares(distributions=(shuffled, SOFIA))).result == "6"


def test_a_grade_that_nobody_got_answers_to_the_edge_where_it_would_stand() -> None:
    source = a_distribution("slu", "cz-letter", "A 0, B 30, C 0, D 70, E 0")
    policy = by_shares(distributions=(source, SOFIA), tie_rule=TieRule.MAX_OVERLAP)

    assert change("A", "cz-letter", "bg-6", policy).result == "6"
    assert change("C", "cz-letter", "bg-6", policy).candidates == ("5", "4.50")


@pytest.mark.parametrize(
    ("changes", "grade", "code"),
    [
        ({}, "F", ConversionCode.FAILING_GRADE),
        ({"distributions": (OPAVA,)}, "A", ConversionCode.NO_DISTRIBUTION),
        ({"distributions": (SOFIA,)}, "A", ConversionCode.NO_DISTRIBUTION),
        ({"group": OTHER}, "A", ConversionCode.DISTRIBUTIONS_NOT_COMPARABLE),
        (
            {"distributions": (OPAVA, SOFIA.model_copy(update={"group": OTHER}))},
            "A",
            ConversionCode.DISTRIBUTIONS_NOT_COMPARABLE,
        ),
        (
            {"distributions": (a_distribution("slu", "cz-letter", "A 60, B 40, X 0"), SOFIA)},
            "C",
            ConversionCode.NOT_IN_DISTRIBUTION,
        ),
    ],
)
def test_distributions_that_cannot_answer_say_why(
    changes: dict[str, object], grade: str, code: ConversionCode
) -> None:
    assert change(grade, "cz-letter", "bg-6", by_shares(**changes)).code is code


def test_one_of_two_reference_groups_is_stated() -> None:
    both = (OPAVA, SOFIA, *(one.model_copy(update={"group": OTHER}) for one in (OPAVA, SOFIA)))

    unstated = change("A", "cz-letter", "bg-6", by_shares(distributions=both))
    stated = change("A", "cz-letter", "bg-6", by_shares(distributions=both, group=OTHER))
    assert unstated.code is ConversionCode.DISTRIBUTIONS_NOT_COMPARABLE
    assert stated.result == "6"


def test_shares_that_do_not_add_up_are_no_distribution() -> None:
    with pytest.raises(ValueError, match="100 percent"):
        a_distribution("odd", "cz-letter", "A 50, B 20")
