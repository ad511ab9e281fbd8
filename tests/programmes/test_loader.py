"""Reading files: YAML 1.2, places of everything, and one clear problem for what cannot be read."""

from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.consortium import ConsortiumAgreement
from models.problem import ProblemCode
from programmes.checker import check_files
from programmes.document import ProgrammeFileError, read_document
from programmes.loader import (
    SHIPPED,
    agreement_hash,
    find_programme,
    list_programmes,
    load_agreement,
    load_directory,
    read_as,
)
from programmes.schema import FileKind, json_schema

CODE = ProblemCode


def _file(folder: Path, content: str | bytes) -> Path:
    file = folder / "file.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
)

UNREADABLE: dict[str, tuple[bytes, ProblemCode, int]] = {
    "empty": (b"", CODE.FILE_EMPTY, 1),
    "blanks": (b" \n\n", CODE.FILE_EMPTY, 1),
    "comments only": (b"# nothing\n", CODE.FILE_EMPTY, 1),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff", CODE.NOT_YAML, 1),
    "control characters": (b"a: \x00\n", CODE.NOT_YAML, 1),
    "latin-1": ("name: J\xe4".encode("latin-1"), CODE.NOT_YAML, 1),
    "open list": (b"a: 1\nb: [1, 2\n", CODE.NOT_YAML, 3),
    "tab": (b"a:\n\tb: 1\n", CODE.NOT_YAML, 2),
    "two documents": (b"a: 1\n---\nb: 2\n", CODE.NOT_YAML, 2),
    "unknown alias": (b"a: *b\n", CODE.NOT_YAML, 1),
    "a list": (b"- a\n", CODE.NOT_A_MAPPING, 1),
    "a word": (b"hello\n", CODE.NOT_A_MAPPING, 1),
    "half a character": (b'a: 1\nb: "\\ud800"\n', CODE.NOT_YAML, 2),
    "a key with half a character": (b'a: 1\n"\\ud800": b\n', CODE.NOT_YAML, 2),
    "aliases of aliases": (LAUGHS.encode(), CODE.FILE_TOO_LARGE, 1),
    "an alias of itself": (b"b: 1\na: &a [*a]\n", CODE.FILE_TOO_LARGE, 2),
    "deep": (b"a: " + b"[" * 5000, CODE.NOT_YAML, 1),
    "large": (b"a: " + b"x" * 1_000_001, CODE.FILE_TOO_LARGE, 1),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_one_clear_problem(tmp_path: Path, name: str) -> None:
    content, code, line = UNREADABLE[name]

    (problem,) = check_files([_file(tmp_path, content)])

    assert problem.code is code
    assert problem.line == line
    assert "\n" not in str(problem)


def test_a_missing_file_and_a_folder_without_files_are_said_to_be_so(tmp_path: Path) -> None:
    (missing,) = check_files([tmp_path / "nothing.yaml"])
    folder = check_files([tmp_path])

    assert missing.code is CODE.FILE_NOT_READABLE
    assert "No such file" in missing.sentence
    assert [problem.code for problem in folder] == [CODE.FILE_NOT_READABLE] * 2


def test_all_duplicate_keys_are_found_where_they_stand_again(tmp_path: Path) -> None:
    document = read_document(_file(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n[d, e]: 4\n"))

    assert document.values == {"a": 1, "b": {"c": 1}}
    assert [(found.line, found.column, found.code) for found in document.problems] == [
        (4, 3, CODE.DUPLICATE_KEY),
        (5, 1, CODE.DUPLICATE_KEY),
        (6, 1, CODE.NOT_YAML),
    ]


def test_a_file_with_a_double_key_is_not_loaded(tmp_path: Path) -> None:
    text = (SHIPPED / "dce" / "agreement.yaml").read_text("utf-8")

    with pytest.raises(ProgrammeFileError) as failure:
        load_agreement(_file(tmp_path, f"{text}reminder_days: 4\n"))

    assert [problem.code for problem in failure.value.problems] == [CODE.DUPLICATE_KEY]


def test_what_can_be_read_of_a_file_is_read(tmp_path: Path) -> None:
    text = (SHIPPED / "dce" / "agreement.yaml").read_text("utf-8")
    text = text.replace("days_to_trigger: 5", "days_to_trigger: 0\n  colour: red")
    reading = read_as(read_document(_file(tmp_path, f"shape: round\n{text}")), ConsortiumAgreement)

    assert reading.unread == {"registration"}
    assert sorted(problem.code for problem in reading.problems) == [
        CODE.UNKNOWN_KEY,
        CODE.UNKNOWN_KEY,
        CODE.VALUE_NOT_ALLOWED,
    ]
    assert reading.value.programme.ects == 15
    assert not hasattr(reading.value, "registration")


def test_values_are_read_as_yaml_1_2_does(tmp_path: Path) -> None:
    text = "country: NO\non: yes\nects: 4.5\nweeks: 8\nopen: true\nshut: False\ncode: '02'\nday: 2026-01-01\n"
    document = read_document(_file(tmp_path, text + "none: ~\nempty:\nneg: -3\nbig: 1e3\nhex: 0xff\n"))

    assert document.values == {
        "country": "NO",
        "on": "yes",
        "ects": Decimal("4.5"),
        "weeks": 8,
        "open": True,
        "shut": False,
        "code": "02",
        "day": "2026-01-01",
        "none": None,
        "empty": None,
        "neg": -3,
        "big": "1e3",
        "hex": "0xff",
    }


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    document = read_document(_file(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n"))

    assert document.values == {"a": 1, "b": 2}
    assert document.find(("b",), key=True) == (2, 1)


def test_a_place_that_does_not_exist_is_the_nearest_above_it(tmp_path: Path) -> None:
    document = read_document(_file(tmp_path, "a:\n  - b: 1\n"))

    assert document.find(("a", 0, "c")) == (2, 5)
    assert document.find(("x",)) == (1, 1)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_content_at_all_makes_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = _file(tmp_path_factory.mktemp("content"), content)

    assert all("\n" not in str(problem) for problem in check_files([file]))


def test_the_programmes_of_the_product_are_found() -> None:
    assert [files.id for files in list_programmes()] == ["coastal-data", "dce"]
    assert find_programme("dce") is not None
    assert find_programme("nothing") is None


@pytest.mark.parametrize("name", ["dce", "coastal-data"])
def test_a_programme_has_the_name_of_its_folder_in_both_files(name: str) -> None:
    assert load_agreement(SHIPPED / name / "agreement.yaml").id == name
    assert load_directory(SHIPPED / name / "directory.yaml").programme == name


def test_loading_a_bad_file_raises_all_its_problems(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeFileError) as failure:
        load_agreement(_file(tmp_path, "id: X\nversion: '1'\n"))

    assert len(failure.value.problems) > 10
    assert "id cannot be 'X'; it is a short name" in str(failure.value)


def test_digitally_competent_educators_is_as_its_sources_say() -> None:
    agreement = load_agreement(SHIPPED / "dce" / "agreement.yaml")
    partners = agreement.partnership.partners

    assert [partner.country for partner in partners] == ["FI", "DE", "PT", "TR"]
    assert agreement.partnership.lead.id == "jyu"
    assert [(course.ects, course.weeks) for course in agreement.programme.courses] == [(Decimal(5), 8)] * 3
    assert sorted(partner.adapter for partner in partners) == ["manual", "oeapi", "oeapi", "ooapi"]
    assert len({partner.scale for partner in partners}) == 4


def test_the_microdegree_reads_the_published_table_with_its_gaps_filled() -> None:
    agreement = load_agreement(SHIPPED / "coastal-data" / "agreement.yaml")
    french = agreement.examination.tables[0].row("fr-20")

    assert french is not None
    assert [band.joint for band in french.bands if band.filled] == ["B", "C", "D", "F"]
    assert [band.joint for band in french.bands if band.compensable] == ["E"]


def test_comments_do_not_change_the_hash_but_values_do(tmp_path: Path) -> None:
    source = (SHIPPED / "dce" / "agreement.yaml").read_text("utf-8")
    original = load_agreement(SHIPPED / "dce" / "agreement.yaml")
    commented = load_agreement(_file(tmp_path, "# A comment.\n" + source))
    changed = load_agreement(_file(tmp_path, source.replace("days_to_confirm: 10", "days_to_confirm: 11")))

    assert agreement_hash(commented) == agreement_hash(original)
    assert agreement_hash(changed) != agreement_hash(original)


@pytest.mark.parametrize("name", ["dce", "coastal-data"])
@pytest.mark.parametrize("kind", list(FileKind))
def test_the_schema_is_valid_and_the_files_follow_it(kind: FileKind, name: str) -> None:
    loaded = (
        load_agreement(SHIPPED / name / "agreement.yaml")
        if kind is FileKind.AGREEMENT
        else load_directory(SHIPPED / name / "directory.yaml")
    )
    schema = json_schema(kind)

    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(loaded.model_dump(mode="json", exclude_none=True))) == []
    assert not validator.is_valid({"unknown": 1})
