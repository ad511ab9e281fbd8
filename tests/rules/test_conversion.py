import pytest

from models.examination import ExaminationRegulations
from models.grading import (
    ConversionCode,
    ConversionMethod,
    GradeOutcome,
    LocalGrade,
    Rounding,
)
from rules.conversion import conversion_policy, convert
from tests.rules.grading_cases import (
    SCALES,
    a_table,
    by_formula,
    by_table,
    change,
    lct_table,
    with_representatives,
)

LCT = lct_table()


@pytest.mark.parametrize(
    ("scale", "grade", "letter", "outcome"),
    [
        ("fr-20", "5.99", "FX/F", GradeOutcome.FAILED),
        ("fr-20", "6", "E", GradeOutcome.COMPENSABLE),
        ("fr-20", "9.99", "E", GradeOutcome.COMPENSABLE),
        ("fr-20", "10", "D", GradeOutcome.PASSED),
        ("fr-20", "13,95", "C", GradeOutcome.PASSED),
        ("fr-20", "14", "B", GradeOutcome.PASSED),
        ("fr-20", "20", "A", GradeOutcome.PASSED),
        ("mt-100", "44", "FX/F", GradeOutcome.FAILED),
        ("mt-100", "45", "E", GradeOutcome.PASSED),
        ("mt-100", "54", "D", GradeOutcome.PASSED),
        ("mt-100", "69", "C", GradeOutcome.PASSED),
        ("mt-100", "79", "B", GradeOutcome.PASSED),
        ("mt-100", "80", "A", GradeOutcome.PASSED),
        ("it-30", "0", "FX/F", GradeOutcome.FAILED),
        ("it-30", "18", "E", GradeOutcome.PASSED),
        ("it-30", "21", "D", GradeOutcome.PASSED),
        ("it-30", "27", "C", GradeOutcome.PASSED),
        ("it-30", "29", "B", GradeOutcome.PASSED),
        ("it-30", "30L", "A", GradeOutcome.PASSED),
    ],
)
def test_the_lct_table_gives_letters(scale: str, grade: str, letter: str, outcome: GradeOutcome) -> None:
    conversion = change(grade, scale, "ects-6", by_table(LCT))

    assert (conversion.result, conversion.outcome) == (letter, outcome)
    assert (conversion.table, conversion.table_version) == ("lct", "2012")


@pytest.mark.parametrize(
    ("scale", "joint", "bands", "pairs"),
    [
        pytest.param(
            "be-20",
            "ects",
            ("16..20=A", "14..15=B", "12..13=C", "11=D", "10=E", "0..9=F"),
            "16 A,14 B,12 C,11 D,10 E,9 F",
            id="EACH",
        ),
        pytest.param(
            "dk-7",
            "ects",
            ("12=A", "10=B", "7=C", "4=D", "02=E", "00=FX", "-3=F"),
            "12 A,10 B,7 C,4 D,02 E,00 FX,-3 F",
            id="Denmark",
        ),
        pytest.param(
            "si-10",
            "ects-6",
            ("10=A", "9=B", "8=C", "7=D", "6=E", "1..5=FX/F"),
            "10 A,9 B,8 C,7 D,6 E,5 FX/F,1 FX/F",
            id="Maribor",
        ),
        pytest.param(
            "pl-5",
            "ects",
            ("5.0=A", "4.5=B", "4.0=C", "3.5=D", "3.0=E", "2.0=F"),
            "5 A,4.5 B,4 C,3.5 D,3 E,2 F,5.5 A",
            id="Krakow",
        ),
    ],
)
def test_published_tables_give_their_letters(
    scale: str, joint: str, bands: tuple[str, ...], pairs: str
) -> None:
    policy = by_table(a_table(scale, joint, *bands), joint_scale=joint)

    for grade, letter in (pair.split() for pair in pairs.split(",")):
        assert change(grade, scale, joint, policy).result == letter


def test_an_agreed_table_goes_before_the_formula() -> None:
    table = a_table("fr-20", "de-5", "16..20=1.0", "10..15.99=3.0", "0..9.99=5.0")
    other = a_table("it-30", "de-5", "18..30=3.0", "0..17=5.0")

    assert change("17", "fr-20", "de-5", by_formula(tables=(other, table))).method is ConversionMethod.TABLE
    assert change("12", "be-20", "de-5", by_formula(tables=(table,))).method is ConversionMethod.BAVARIAN


def test_a_letter_without_a_representative_has_no_single_local_grade() -> None:
    conversion = change("75", "mt-100", "it-30", by_table(LCT))

    assert conversion.code is ConversionCode.CONVERSION_AMBIGUOUS
    assert conversion.candidates == ("29", "28")
    assert conversion.outcome is GradeOutcome.PASSED


def test_many_candidates_are_named_as_a_stretch() -> None:
    assert change("28", "it-30", "fr-20", by_table(LCT)).candidates == ("14 to 15.99",)


def test_a_representative_answers_from_letters_and_from_other_scales() -> None:
    policy = by_table(with_representatives(LCT, "it-30", B="28"))

    assert change("B", "ects-6", "it-30", policy).result == "28"
    assert change("14.2", "fr-20", "it-30", policy).result == "28"


def test_a_band_of_one_grade_needs_no_representative() -> None:
    table = a_table("dk-7", "ects", "12=A", "10=B", "7=C", "4=D", "02=E", "00=FX", "-3=F")

    assert change("E", "ects", "dk-7", by_table(table, joint_scale="ects")).result == "02"


def test_a_pass_never_becomes_a_compensable_fail() -> None:
    conversion = change("19", "it-30", "fr-20", by_table(LCT))

    assert conversion.code is ConversionCode.NO_EQUIVALENT
    assert conversion.outcome is GradeOutcome.PASSED


@pytest.mark.parametrize(
    ("scale", "grade", "target", "code"),
    [
        ("fr-20", "12", "ects-6", ConversionCode.OUTCOME_WOULD_CHANGE),
        ("fr-20", "8", "ects-6", ConversionCode.OUTCOME_WOULD_CHANGE),
        ("fr-20", "4", "ects-6", ConversionCode.NOT_IN_TABLE),
        ("fr-20", "4", "fr-20", ConversionCode.SAME_SCALE),
        ("it-30", "20", "ects-6", ConversionCode.NO_TABLE),
        ("it-30", "20", "fr-20", ConversionCode.NO_TABLE),
        ("fr-20", "12", "it-30", ConversionCode.NO_TABLE),
    ],
)
def test_a_defective_or_missing_table_is_refused(
    scale: str, grade: str, target: str, code: ConversionCode
) -> None:
    table = a_table("fr-20", "ects-6", "15..20=A", "10..14.99=FX/F", "5..9.99=E")
    elsewhere = a_table("fr-20", "nowhere", "15..20=A")
    conversion = change(grade, scale, target, by_table(elsewhere, table))

    assert conversion.code is code
    assert conversion.converted is (code is ConversionCode.SAME_SCALE)


def test_a_local_grade_outside_every_band_is_refused_on_its_way_to_another_scale() -> None:
    table = a_table("fr-20", "ects-6", "15..20=A")
    both = table.model_copy(update={"rows": (*table.rows, *lct_table().rows[1:])})

    assert change("4", "fr-20", "it-30", by_table(both)).code is ConversionCode.NOT_IN_TABLE


def test_honours_outside_every_band_are_refused() -> None:
    table = a_table("it-30", "ects-6", "18..20=E")

    assert change("30L", "it-30", "ects-6", by_table(table)).code is ConversionCode.NOT_IN_TABLE


def test_a_pass_without_a_grade_is_converted_only_where_a_band_names_it() -> None:
    named = a_table("fi-5", "ects", "1..5=C", "0=F", "pass=E")
    unnamed = a_table("fi-5", "ects", "1..5=C", "0=F")

    codes = [
        change("pass", "fi-5", "ects", by_table(one, joint_scale="ects")).code for one in (named, unnamed)
    ]
    assert codes == [ConversionCode.CONVERTED_BY_TABLE, ConversionCode.PASS_WITHOUT_GRADE]


def test_a_completed_band_says_so() -> None:
    assert "cut off" in change("11", "fr-20", "ects-6", by_table(LCT)).sentence


@pytest.mark.parametrize(("source", "target"), [("fr-99", "de-5"), ("fr-20", "de-99")])
def test_an_unknown_scale_is_refused(source: str, target: str) -> None:
    conversion = convert(LocalGrade(scale=source, grade="12"), target, by_formula(), SCALES)

    assert conversion.code is ConversionCode.SCALE_UNKNOWN


def test_the_policy_comes_from_the_agreement() -> None:
    examination = ExaminationRegulations(joint_scale="ects-6", tables=(LCT,), rounding=Rounding.TRUNCATE)
    policy = conversion_policy(examination)

    assert (policy.tables, policy.rounding, policy.joint_scale) == ((LCT,), Rounding.TRUNCATE, "ects-6")
