"""
YAML 1.2 as plain values, with the place of each in its file.

Country `NO` is text, numbers with a point are decimals and not floats, dates stay text until a
model reads them. A file that cannot be read is one problem, never a traceback; a double key is a
problem beside which the rest is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path as FilePath

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from models.problem import Path, Problem, ProblemCode, Severity

MOST_BYTES = 1_000_000
MOST_VALUES = 100_000
"""A file with aliases of aliases grows beyond any measure; no agreement has so many values."""

Place = tuple[int, int]
"""Line and column, counted from 1."""


class ProgrammeFileError(Exception):
    """A file that cannot be used, with all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Document:
    """What a file says, and where."""

    file: str
    values: dict[str, object]
    keys: dict[Path, Place]
    """Where each key stands."""
    places: dict[Path, Place]
    """Where each value stands."""
    problems: tuple[Problem, ...] = ()
    """Keys that stand twice or are no words; what they hold is not among the values."""

    def find(self, path: Path, *, key: bool = False) -> Place:
        """
        Find the line and column of a place, or of the nearest that exists above it.

        Steps that a model adds on its way, such as the branch of a choice, are passed over.
        """
        here: Path = ()
        for step in path:
            if (*here, step) in self.places:
                here = (*here, step)
        if key and here in self.keys:
            return self.keys[here]
        return self.places.get(here, (1, 1))


def read_document(file: FilePath) -> Document:
    """Read a YAML file; `ProgrammeFileError` says why it cannot be."""
    node = _compose(file, _read_text(file))
    reader = _Reader(str(file))
    if not isinstance(node, MappingNode):
        raise _unreadable(
            file, ProblemCode.NOT_A_MAPPING, "The file does not start with a key such as id: ..."
        )
    values = reader.read(node, ())
    return Document(
        file=str(file),
        values=dict(_entries(values)),
        keys=reader.keys,
        places=reader.places,
        problems=tuple(reader.problems),
    )


def _entries(values: object) -> Iterator[tuple[str, object]]:
    if isinstance(values, dict):
        yield from values.items()


def _unreadable(
    file: FilePath, code: ProblemCode, sentence: str, place: Place = (1, 1)
) -> ProgrammeFileError:
    problem = Problem(
        file=str(file), line=place[0], column=place[1], severity=Severity.ERROR, code=code, sentence=sentence
    )
    return ProgrammeFileError((problem,))


def _read_text(file: FilePath) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as failure:
        reason = failure.strerror or "unknown reason"
        raise _unreadable(
            file,
            ProblemCode.FILE_NOT_READABLE,
            f"The file cannot be read: {reason}; check its name and rights.",
        ) from failure
    if len(content) > MOST_BYTES:
        raise _unreadable(file, ProblemCode.FILE_TOO_LARGE, f"The file is larger than {MOST_BYTES} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise _unreadable(
            file, ProblemCode.NOT_YAML, f"The file is not text in UTF-8 (byte {failure.start + 1})."
        ) from failure
    if not text.strip():
        raise _unreadable(file, ProblemCode.FILE_EMPTY, "The file is empty.")
    return text


def _compose(file: FilePath, text: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except RecursionError as failure:
        raise _unreadable(file, ProblemCode.NOT_YAML, "The file is nested too deeply.") from failure
    except MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        raise _unreadable(
            file,
            ProblemCode.NOT_YAML,
            f"This is not YAML: {_first_line(failure.problem)}.",
            _mark_place(mark),
        ) from failure
    except (YAMLError, ValueError) as failure:
        raise _unreadable(
            file, ProblemCode.NOT_YAML, f"This is not YAML: {_first_line(str(failure))}."
        ) from failure
    if node is None:
        raise _unreadable(file, ProblemCode.FILE_EMPTY, "The file has comments only.")
    return node


def _first_line(text: str | None) -> str:
    lines = (text or "it cannot be read").strip().splitlines()
    return lines[0].rstrip(".") if lines else "it cannot be read"


def _mark_place(mark: StringMark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


class _Reader:
    """Turns nodes into plain values, and remembers where each one stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Place] = {}
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._open: list[int] = []
        self._count = 0

    def read(self, node: Node, path: Path) -> object:
        self._count += 1
        place = _mark_place(node.start_mark)
        if self._count > MOST_VALUES or id(node) in self._open:
            message = "The file's aliases (& and *) make it endless; write the values out."
            raise _unreadable(FilePath(self.file), ProblemCode.FILE_TOO_LARGE, message, place)
        self.places[path] = place
        if isinstance(node, ScalarNode):
            self._refuse_half_characters(node, place)
            return _scalar(node)
        self._open.append(id(node))
        if isinstance(node, SequenceNode):
            value: object = [self.read(entry, (*path, index)) for index, entry in enumerate(node.value)]
        else:
            value = self._mapping(node, path)
        self._open.pop()
        return value

    def _mapping(self, node: Node, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = _mark_place(key_node.start_mark)
            if not isinstance(key_node, ScalarNode):
                self._report(place, ProblemCode.NOT_YAML, "A key is a word, not a list or a mapping.")
                continue
            self._refuse_half_characters(key_node, place)
            key = str(key_node.value)
            if key in values:
                line = self.keys[(*path, key)][0]
                self._report(
                    place,
                    ProblemCode.DUPLICATE_KEY,
                    f"The key {key} stands here a second time (line {line}).",
                )
                continue
            self.keys[(*path, key)] = place
            values[key] = self.read(value_node, (*path, key))
        return values

    def _refuse_half_characters(self, node: ScalarNode, place: Place) -> None:
        r"""An escape such as "\ud800" is half a character, which no text can hold."""
        if any("\ud800" <= letter <= "\udfff" for letter in str(node.value)):
            message = "This text holds half a character; write the character itself instead of its escapes."
            raise _unreadable(FilePath(self.file), ProblemCode.NOT_YAML, message, place)

    def _report(self, place: Place, code: ProblemCode, sentence: str) -> None:
        self.problems.append(
            Problem(
                file=self.file,
                line=place[0],
                column=place[1],
                severity=Severity.ERROR,
                code=code,
                sentence=sentence,
            )
        )


def _scalar(node: ScalarNode) -> object:
    """Read a value as YAML 1.2 does, except that numbers with a point are decimals and dates stay text."""
    text = str(node.value)
    kind = str(node.tag).rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return text.casefold() == "true"
    if kind == "int" and text.lstrip("+-").isascii() and text.lstrip("+-").isdigit() and len(text) < 40:
        return int(text)
    if kind == "float" and text.replace(".", "", 1).lstrip("+-").isdigit() and len(text) < 40:
        return Decimal(text)
    return text
