"""Agreements broken in the examination: what is changed, what is found, and where."""

from models.problem import Path, ProblemCode
from tests.rules.consortium_cases import COASTAL, DCE, REMOVED, Case, Edits

P: Path = ("partnership", "partners")
T: Path = ("examination", "tables", 0)
A_SCALE = {"id": "own", "title": "Own", "best": 10, "worst": 0, "step": 1, "pass_mark": "5"}
A_TABLE_ROW = {"scale": "fi-5", "bands": [{"best": "5", "worst": "0", "joint": "5"}]}
D: Path = ("examination", "distributions")
CODE = ProblemCode


def a_distribution(scale: str, shares: dict[str, int], field: str = "0111") -> dict[str, object]:
    return {
        "id": "d",
        "version": "1",
        "scale": scale,
        "group": {"isced_f": field, "eqf_level": 6},
        "years": "2022-2025",
        "shares": shares,
    }


BY_FORMULA: Edits = {
    ("examination", "method"): "bavarian",
    ("examination", "joint_scale"): "de-5",
    ("examination", "tables"): [],
    ("examination", "classification", "bands"): [],
}


EXAMINATION: list[Case] = [
    (DCE, {("examination", "joint_scale"): "x"}, CODE.SCALE_UNKNOWN, ("examination", "joint_scale")),
    (DCE, {(*P, 0, "scale"): "x"}, CODE.SCALE_UNKNOWN, (*P, 0, "scale")),
    (
        DCE,
        {("examination", "distributions"): [a_distribution("x", {"1.0": 100})]},
        CODE.SCALE_UNKNOWN,
        ("examination", "distributions", 0, "scale"),
    ),
    (
        COASTAL,
        {("examination", "compensation", "floors"): {"x": "6"}},
        CODE.SCALE_UNKNOWN,
        ("examination", "compensation", "floors", "x"),
    ),
    (DCE, {(*P, 0, "scale"): REMOVED}, CODE.SCALE_MISSING, (*P, 0)),
    (
        DCE,
        {("examination", "scales"): [A_SCALE, A_SCALE]},
        CODE.SCALE_TWICE,
        ("examination", "scales", 1, "id"),
    ),
    (
        DCE,
        {("examination", "scales"): [A_SCALE | {"pass_mark": "5.5"}]},
        CODE.SCALE_DEFECT,
        ("examination", "scales", 0),
    ),
    (
        DCE,
        {
            ("examination", "tables", 1): {
                "id": "dce-table",
                "version": "1",
                "source": "x",
                "joint_scale": "fi-5",
                "rows": [A_TABLE_ROW],
            }
        },
        CODE.TABLE_TWICE,
        ("examination", "tables", 1, "id"),
    ),
    (
        DCE,
        {
            ("examination", "tables", 1): {
                "id": "another",
                "version": "1",
                "source": "x",
                "joint_scale": "fi-5",
                "rows": [A_TABLE_ROW],
            }
        },
        CODE.SCALE_IN_TWO_TABLES,
        ("examination", "tables", 1, "rows", 0),
    ),
    (DCE, {(*T, "joint_scale"): "no-letter"}, CODE.TABLE_FOR_OTHER_SCALE, (*T, "joint_scale")),
    (DCE, {(*T, "rows", 2, "bands", 1, "best"): "17.3"}, CODE.TABLE_DEFECT, (*T, "rows", 2, "bands", 1)),
    (DCE, {(*T, "rows", 1, "scale"): "x"}, CODE.TABLE_DEFECT, (*T, "rows", 1)),
    (DCE, {(*T, "rows", 3): REMOVED}, CODE.CONVERSION_MISSING, (*P, 3, "scale")),
    (
        DCE,
        {(*T, "rows", 3): REMOVED, ("examination", "method"): "distribution"},
        CODE.CONVERSION_MISSING,
        (*P, 3, "scale"),
    ),
    (
        DCE,
        {("examination", "distributions"): [a_distribution("fi-5", {"9": 50, "1": 50})]},
        CODE.SHARE_NOT_OF_A_PASS,
        (*D, 0, "shares", "9"),
    ),
    (
        DCE,
        {("examination", "distributions"): [a_distribution("de-5", {"1.0": 50, "1": 30, "4.0": 20})]},
        CODE.SHARE_TWICE,
        (*D, 0, "shares", "1"),
    ),
    (
        DCE,
        {
            (*T, "rows", 1): REMOVED,
            ("examination", "method"): "distribution",
            ("examination", "distributions"): [
                a_distribution("fi-5", {"5": 50, "1": 50}),
                a_distribution("de-5", {"1.0": 50, "4.0": 50}, field="0421"),
            ],
        },
        CODE.DISTRIBUTIONS_NOT_COMPARABLE,
        (*P, 1, "scale"),
    ),
    (
        DCE,
        {**BY_FORMULA, (*P, 3, "scale"): "se-3"},
        CODE.FORMULA_WITHOUT_RESULT,
        (*P, 3, "scale"),
    ),
    (
        DCE,
        {**BY_FORMULA, ("examination", "scales"): [A_SCALE | {"pass_mark": "10"}], (*P, 3, "scale"): "own"},
        CODE.FORMULA_WITHOUT_RESULT,
        (*P, 3, "scale"),
    ),
    (DCE, {("examination", "method"): "bavarian"}, CODE.FORMULA_NOT_GERMAN, ("examination", "method")),
    (
        DCE,
        {(*T, "rows", 2, "bands", 0, "representative"): REMOVED},
        CODE.REPRESENTATIVE_MISSING,
        (*T, "rows", 2, "bands", 0),
    ),
    (
        COASTAL,
        {("examination", "compensation", "floors", "fr-20"): "10"},
        CODE.COMPENSATION_FLOOR,
        ("examination", "compensation", "floors", "fr-20"),
    ),
    (
        COASTAL,
        {("examination", "compensation", "average_needed"): "X"},
        CODE.COMPENSATION_FLOOR,
        ("examination", "compensation", "average_needed"),
    ),
    (
        DCE,
        {("examination", "classification", "bands", 1, "code"): "excellent"},
        CODE.CLASS_TWICE,
        ("examination", "classification", "bands", 0, "code"),
    ),
    (
        DCE,
        {("examination", "classification", "bands", 0, "from_average"): 99},
        CODE.CLASS_OUTSIDE_SCALE,
        ("examination", "classification", "bands", 0, "from_average"),
    ),
    (
        DCE,
        {("examination", "classification", "bands", 1, "from_average"): 5},
        CODE.CLASS_ORDER,
        ("examination", "classification", "bands", 1, "from_average"),
    ),
    (
        DCE,
        {("examination", "joint_scale"): "de-5"},
        CODE.CLASS_ORDER,
        ("examination", "classification", "bands", 1, "from_average"),
    ),
    (
        DCE,
        {("examination", "classification", "graded"): False},
        CODE.CLASSES_WITHOUT_GRADE,
        ("examination", "classification", "bands"),
    ),
    (
        DCE,
        {("examination", "joint_scale"): "no-letter"},
        CODE.JOINT_SCALE_WITHOUT_NUMBERS,
        ("examination", "classification"),
    ),
]
