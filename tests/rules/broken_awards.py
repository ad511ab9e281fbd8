"""Agreements broken in the award or the policies: what is changed, what is found, and where."""

from models.problem import ProblemCode
from tests.rules.consortium_cases import COASTAL, DCE, REMOVED, Case

CODE = ProblemCode
A_CREDENTIAL = {
    "id": "coastal-foundations",
    "type": "other",
    "name": {"en": "Governance"},
    "courses": ["governance"],
}


AWARD: list[Case] = [
    (DCE, {("programme", "eqf_level"): 4}, CODE.EQF_NOT_ALLOWED, ("programme", "eqf_level")),
    (DCE, {}, CODE.VOLUME_OUTSIDE_BANDS, ("programme", "ects")),
    (DCE, {("programme", "ects"): 4}, CODE.VOLUME_ADVICE, ("programme", "hours")),
    (DCE, {("programme", "ects"): 180}, CODE.VOLUME_LIKE_A_DEGREE, ("programme", "ects")),
    (DCE, {("award", "type"): "microdegree"}, CODE.AWARD_TYPE_OUTSIDE_BAND, ("award", "type")),
    (DCE, {("award", "type"): "postgraduate_certificate"}, CODE.AWARD_TYPE_LEVEL, ("award", "type")),
    (COASTAL, {("profiles",): ["band_14_16"]}, CODE.PROFILE_NOT_MET, ("profiles", 0)),
    (
        DCE,
        {("award", "names", 1, "name"): {"de": "Gradeo Lehre"}},
        CODE.GRADEO_ELSEWHERE,
        ("award", "names", 1),
    ),
    (
        DCE,
        {("award", "names"): [], ("award", "name"): {"en": "Gradeo of teaching"}},
        CODE.GRADEO_ELSEWHERE,
        ("award", "name"),
    ),
    (DCE, {("award", "supplement"): REMOVED}, CODE.SUPPLEMENT_MISSING, ("award",)),
    (
        DCE,
        {("award", "type"): "gradeo", ("award", "stackability"): []},
        CODE.STACKABILITY_MISSING,
        ("award",),
    ),
    (
        DCE,
        {("award", "stackability", 0, "ects_cap"): 16},
        CODE.STACKED_CREDITS_TOO_MANY,
        ("award", "stackability", 0, "ects_cap"),
    ),
    (DCE, {("award", "justification"): REMOVED}, CODE.JUSTIFICATION_MISSING, ("award",)),
    (DCE, {("award", "form"): "double"}, CODE.DOUBLE_NEEDS_TWO, ("award", "form")),
    (
        COASTAL,
        {("award", "minimum_awarding_partners"): 1},
        CODE.JOINT_NEEDS_TWO,
        ("award", "minimum_awarding_partners"),
    ),
    (
        COASTAL,
        {("award", "minimum_awarding_partners"): 3},
        CODE.PATH_VISITS_TOO_FEW,
        ("award", "minimum_awarding_partners"),
    ),
    (
        DCE,
        {("award", "minimum_awarding_partners"): 5},
        CODE.MINIMUM_OUT_OF_REACH,
        ("award", "minimum_awarding_partners"),
    ),
    (
        COASTAL,
        {("award", "minimum_awarding_partners"): 4},
        CODE.MINIMUM_OUT_OF_REACH,
        ("award", "minimum_awarding_partners"),
    ),
    (
        COASTAL,
        {("award", "intermediate", 1): A_CREDENTIAL},
        CODE.INTERMEDIATE_ID_TWICE,
        ("award", "intermediate", 1, "id"),
    ),
    (
        COASTAL,
        {("award", "intermediate", 0, "type"): "undergraduate_certificate"},
        CODE.AWARD_TYPE_LEVEL,
        ("award", "intermediate", 0, "type"),
    ),
    (DCE, {("programme", "ects"): 5}, CODE.VOLUME_ADVICE, ("programme", "courses")),
    (
        DCE,
        {("registration", "model"): "per_course"},
        CODE.REGISTRATION_IMPOSSIBLE,
        ("registration", "model"),
    ),
    (
        DCE,
        {("award", "credit_awarding"): "delegated"},
        CODE.DELEGATION_INCOMPLETE,
        ("award", "credit_awarding"),
    ),
    (
        DCE,
        {("award", "delegated_to"): "jyu"},
        CODE.DELEGATION_WITHOUT_NEED,
        ("award", "delegated_to"),
    ),
    (
        DCE,
        {("award", "delegation_clause"): "8.2"},
        CODE.DELEGATION_WITHOUT_NEED,
        ("award", "delegation_clause"),
    ),
    (
        COASTAL,
        {
            ("award", "credit_awarding"): "delegated",
            ("award", "delegated_to"): "vela",
            ("award", "delegation_clause"): "8.2",
        },
        CODE.PARTNER_DOES_NOT_AWARD,
        ("award", "delegated_to"),
    ),
    (
        COASTAL,
        {("award", "names", 0, "partner"): "vela"},
        CODE.PARTNER_DOES_NOT_AWARD,
        ("award", "names", 0, "partner"),
    ),
    (
        COASTAL,
        {("award", "intermediate", 0, "courses", 0): "x"},
        CODE.COURSE_UNKNOWN,
        ("award", "intermediate", 0, "courses", 0),
    ),
    (
        COASTAL,
        {("award", "intermediate", 0, "courses", 1): "marine-data"},
        CODE.INTERMEDIATE_TWICE,
        ("award", "intermediate", 0, "courses", 0),
    ),
    (
        COASTAL,
        {
            ("award", "intermediate", 0, "courses"): [
                "marine-data",
                "coastal-modelling",
                "internship",
                "project",
                "governance",
            ]
        },
        CODE.INTERMEDIATE_CREDITS_TOO_MANY,
        ("award", "intermediate"),
    ),
]

POLICIES: list[Case] = [
    (
        COASTAL,
        {("admission", "formal"): REMOVED},
        CODE.FORMAL_REQUIREMENT_MISSING,
        ("admission", "mode"),
    ),
    (
        COASTAL,
        {("admission", "mode"): "open"},
        CODE.FORMAL_REQUIREMENT_UNUSED,
        ("admission", "formal"),
    ),
    (
        COASTAL,
        {("admission", "evidence", 1, "required"): False},
        CODE.FORMAL_EVIDENCE_MISSING,
        ("admission",),
    ),
    (
        COASTAL,
        {("admission", "evidence", 1, "kind"): "micro_credential"},
        CODE.FORMAL_EVIDENCE_MISSING,
        ("admission",),
    ),
    (DCE, {("admission", "evidence"): []}, CODE.READINESS_EVIDENCE_MISSING, ("admission",)),
    (DCE, {("admission", "notice_degree_prerequisite"): REMOVED}, CODE.NOTICE_MISSING, ("admission",)),
    (
        COASTAL,
        {("admission", "places", "tie_break"): ["score"]},
        CODE.TIE_BREAK_OPEN,
        ("admission", "places", "tie_break"),
    ),
    (
        DCE,
        {("admission", "recognition", "ects_cap"): 20},
        CODE.RECOGNITION_CAP,
        ("admission", "recognition", "ects_cap"),
    ),
    (
        DCE,
        {("admission", "recognition", "ects_cap"): 4},
        CODE.RECOGNITION_CAP,
        ("admission", "recognition"),
    ),
    (
        DCE,
        {("registration", "waits_for_payment"): True},
        CODE.PAYMENT_WITHOUT_FEE,
        ("registration", "waits_for_payment"),
    ),
    (
        COASTAL,
        {("registration", "model"): "per_course", ("registration", "timing"): "after_study"},
        CODE.TIMING_WITHOUT_EFFECT,
        ("registration", "timing"),
    ),
    (
        DCE,
        {("registration", "cost_shares", 0, "share"): 41},
        CODE.COST_SHARES_NOT_100,
        ("registration", "cost_shares"),
    ),
    (
        DCE,
        {("registration", "cost_shares", 3, "partner"): "jyu"},
        CODE.PARTNER_SHARE_TWICE,
        ("registration", "cost_shares", 0, "partner"),
    ),
    (
        DCE,
        {("data_protection", "partners", 3): REMOVED},
        CODE.PROTECTION_MISSING,
        ("data_protection",),
    ),
    (
        DCE,
        {("data_protection", "partners", 3, "partner"): "uab"},
        CODE.PROTECTION_TWICE,
        ("data_protection", "partners", 3, "partner"),
    ),
    (
        DCE,
        {("data_protection", "partners", 3, "fields"): ["mail"]},
        CODE.PROTECTION_FIELDS,
        ("data_protection", "partners", 3, "fields"),
    ),
]
