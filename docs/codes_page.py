"""The reference of codes: what the checker finds wrong, and why decisions are refused."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from docs.vocabulary import member_docs, table
from models.agreement import PathCode
from models.awarding import SigningCode
from models.ballot import VoteRefusal
from models.problem import ProblemCode
from models.scale import GradeRefusal
from models.session import ClosingRefusal
from partners.errors import PartnerRefusalCode

ROOT = Path(__file__).parents[1]
_OF_ALL = ("workflows/decisions.py", "engine/seal.py", "engine/interceptors.py")
_FREE = re.compile(r"\{\w+\}")
_RAISING = {"refuse", "require", "SealError", "ApplicationError"}
_WARNING_TABLE = {"VOLUME_OUTSIDE_BANDS", "VOLUME_ADVICE", "HOURS_PER_ECTS"}
"""Codes of a table of sentences in the rules, all of them told as warnings."""
_BY_CODE = {
    "VALUE_NOT_ALLOWED": "The value is not what the key takes; the sentence says what it takes.",
    "CALENDAR_UNKNOWN": "No public holidays are known for … or its subdivision ….",
    "SCALE_DEFECT": "The scale contradicts itself; the sentence says where.",
    "TABLE_DEFECT": "The table has a hole, an overlap, or a grade that its scale does not have.",
    "PATH_IS_GIVEN": "There is nothing to choose: the path is given.",
    "TOO_FEW_OPTIONS": "An option group has fewer courses than it needs.",
    "TOO_FEW_PARTNERS": "With this path too few universities award the qualification.",
    "TOO_MANY_OPTIONS": "An option group has more courses than it allows.",
    "CREDITS_DO_NOT_ADD_UP": "The courses do not make the programme's ECTS credits.",
    "GRADE_OUTSIDE_SCALE": "The grade is not one of the scale's; the sentence says which are.",
    "PASS_MARK_OUTSIDE_SCALE": "The pass mark is not a grade of the scale.",
    "SCALE_NOT_READABLE": "The scale is neither a name of the catalogue nor written as best=6,pass=4.",
    "SCALE_UNKNOWN": "There is no scale of that name.",
}
"""What is said of codes whose sentences are put together when they are told."""


class Said(NamedTuple):
    """A sentence of the code with what is left open in it, and what says it."""

    by: str
    sentence: str


def problems() -> str:
    """List the codes of the checker, in the groups of their enumeration."""
    said = _by_member("ProblemCode", ("rules", "programmes"))
    parts = []
    for group, codes in _groups():
        rows: list[tuple[object, ...]] = [
            (f"`{code}`", _severity(code, said.get(code, [])), _sentences(code, said.get(code, [])))
            for code in codes
        ]
        parts.append(f"## {group}\n\n{table(('code', 'severity', 'sentence'), rows)}")
    return "\n\n".join(parts)


def refusals() -> str:
    """List the codes with which decisions are refused."""
    parts = [
        "## By any workflow\n\n" + _literal(_OF_ALL),
        "## By single workflows\n\n" + _literal(_other_workflows()),
        "## By the sender\n\n" + _sender(),
    ]
    for title, enum, leave_out in (
        ("Votes", VoteRefusal, ()),
        ("Meetings", ClosingRefusal, ()),
        ("Study paths", PathCode, ()),
        ("Grades", GradeRefusal, ()),
        ("Signatures on awards", SigningCode, ("MAY_SIGN",)),
    ):
        said = _by_member(enum.__name__, ("rules",))
        rows = _enum_rows(enum, said, leave_out)
        parts.append(f"## {title}\n\n{table(('code', 'sentence'), rows)}")
    docs = member_docs(PartnerRefusalCode)
    partner: list[tuple[object, ...]] = [
        (f"`{one.value}`", docs.get(one.name) or _PARTNER[one.name]) for one in PartnerRefusalCode
    ]
    parts.append(f"## By a partner's system\n\n{table(('code', 'meaning'), partner)}")
    return "\n\n".join(parts)


_PARTNER = {
    "DENIED": "The partner denied the registration and says why.",
    "INVALID": "The partner does not accept what we sent.",
    "CREDENTIALS": "The partner does not accept our client or its secret.",
    "NOT_PERMITTED": "Our client may not do this there.",
    "VERSION": "The partner does not speak this version of the API.",
    "NO_OFFERING": "The directory names no offering for this programme or course.",
}


def _sender() -> str:
    rows: list[tuple[object, ...]] = [
        ("`CaseClosed`", "The case does not exist, or this part of it is over; it takes no more decisions."),
        ("`CaseErased`", "The data of this person have been erased; nothing can be decided any more."),
        ("`DecisionNotTaken`", "The engine does not take this decision as it is: it is too long."),
    ]
    return table(("code", "sentence"), rows)


def _enum_rows(
    enum: type[StrEnum], said: dict[str, list[Said]], leave_out: Sequence[str]
) -> list[tuple[object, ...]]:
    return [
        (f"`{one.value}`", _sentences(one.name, said.get(one.name, [])))
        for one in enum
        if one.name not in leave_out
    ]


def _other_workflows() -> tuple[str, ...]:
    files = sorted((ROOT / "workflows").glob("*.py"))
    return tuple(f"workflows/{file.name}" for file in files if file.name != "decisions.py")


def _literal(files: Iterable[str]) -> str:
    """List codes that stand as text beside their sentence in a call that refuses."""
    found: dict[str, list[Said]] = {}
    for name in files:
        for call in _calls(ROOT / name):
            by = ast.unparse(call.func)
            texts = [text for text in map(_text, _arguments(call)) if text]
            codes = [text for text in texts if re.fullmatch(r"[A-Z][A-Za-z]+", text)]
            sentences = [text for text in texts if " " in text]
            if by in _RAISING and codes and sentences and not codes[0].startswith("SealKey"):
                found.setdefault(codes[0], []).append(Said(by, sentences[-1]))
    rows: list[tuple[object, ...]] = [
        (f"`{code}`", _sentences(code, said)) for code, said in sorted(found.items())
    ]
    return table(("code", "sentence"), rows)


def _by_member(enum: str, folders: Iterable[str]) -> dict[str, list[Said]]:
    """Collect the sentences that stand beside a code in a call or a tuple."""
    found: dict[str, list[Said]] = {}
    for folder in folders:
        for file in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                by, parts = _parts(node)
                sentences = [text for text in map(_text, parts) if text and " " in text]
                for code in _members(parts, enum):
                    found.setdefault(code, []).extend(Said(by, sentence) for sentence in sentences[:1])
    return found


def _members(nodes: Iterable[ast.expr], enum: str) -> list[str]:
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    return [node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == enum]


def _parts(node: ast.AST) -> tuple[str, list[ast.expr]]:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func), _arguments(node)
    return "", list(node.elts) if isinstance(node, ast.Tuple) else []


def _calls(file: Path) -> Iterator[ast.Call]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _text(node: ast.expr) -> str:
    """Read a text of the code; what is put in when it runs becomes an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _FREE.sub("…", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def _sentences(code: str, said: Sequence[Said]) -> str:
    sentences = list(dict.fromkeys(one.sentence for one in said))
    return " Or: ".join(sentences) or _BY_CODE[code]


def _severity(code: str, said: Sequence[Said]) -> str:
    kinds = {"warning" if one.by == "warning" or code in _WARNING_TABLE else "error" for one in said}
    return " or ".join(sorted(kinds)) or "error"


def _groups() -> Iterator[tuple[str, list[str]]]:
    """Read the groups of the checker's codes from the comments between them."""
    source = (ROOT / "models" / "problem.py").read_text(encoding="utf-8")
    title, codes = "", list[str]()
    for line in source.splitlines():
        if line.startswith("    # "):
            if codes:
                yield title, codes
            title, codes = line.removeprefix("    # ").rstrip("."), []
        match = re.match(r"    ([A-Z_]+) = ", line)
        if match and match[1] in ProblemCode.__members__:
            codes.append(match[1])
    yield title, codes
