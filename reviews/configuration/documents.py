"""The bytes of a YAML file as values that remember their lines, or the problems that keep them from being read. Pure.

Less than YAML, on purpose: no anchors and aliases (a few lines of them stand for gigabytes), no tags (they make
objects), no key twice, little depth, little size. Text stays text: of what stands there plain, only switches, whole
numbers and nothing are more, so `1.0` and `2026-01-01` need no quotes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.error import Mark, MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

MAX_BYTES = 65_536
MAX_DEPTH = 10

_SWITCH = re.compile(r"on|off|true|false|yes|no", re.IGNORECASE)
_TRUE = frozenset({"on", "true", "yes"})
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_NOTHING = re.compile(r"null|~|", re.IGNORECASE)

#: The keys and positions that lead to a value.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong, and where: line and column count from 1."""

    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """`values` is empty when there are problems. `places` holds line and column of each value, `keys` of its key."""

    values: Mapping[str, Any]
    places: Mapping[Path, tuple[int, int]]
    keys: Mapping[Path, tuple[int, int]]
    problems: tuple[Problem, ...] = ()


class _NotRead(Exception):
    """The file cannot be read as YAML."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read_document(content: bytes) -> Document:
    try:
        root = _composed(_decoded(content))
    except _NotRead as error:
        return unread(error.problem)
    reader = _Reader()
    values = reader.mapping(root, ()) if root else {}
    return Document(values, reader.places, reader.keys, tuple(sorted(reader.problems)))


def unread(problem: Problem) -> Document:
    """A file of which nothing is known but what is wrong."""
    return Document({}, {}, {}, (problem,))


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _NotRead(Problem(1, 1, f"the file has more than {MAX_BYTES} bytes"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        raise _NotRead(Problem(*_place_in(before), "the file is not UTF-8")) from None


def _composed(text: str) -> MappingNode | None:
    """The tree of nodes, or None for an empty file."""
    try:
        root = yaml.compose(text, _Loader)
    except ReaderError as error:
        before = text[: error.position]
        raise _NotRead(Problem(*_place_in(before), "this character may not stand in YAML")) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _NotRead(Problem(*(_place(mark) if mark else (1, 1)), error.problem or "this is not YAML")) from None
    if root is None or (isinstance(root, ScalarNode) and _NOTHING.fullmatch(root.value)):
        return None
    if not isinstance(root, MappingNode):
        raise _NotRead(Problem(*_place(root.start_mark), "expected keys and values"))
    return root


class _Loader(yaml.SafeLoader):
    """Composes nodes and makes nothing of them."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call] # the stubs forgot it
        for what in _refused(event):
            raise ComposerError(None, None, f"{what} are not read here", event.start_mark)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ComposerError(None, None, f"this is more than {MAX_DEPTH} levels deep", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _refused(event: yaml.Event) -> Iterator[str]:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        yield "anchors and aliases"
    if getattr(event, "tag", None):
        yield "tags"


class _Reader:
    """Reads nodes into plain values, and notes where each stands and what is wrong."""

    def __init__(self) -> None:
        self.places: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        """A key without a value is left out: a section whose lines are all commented out says nothing."""
        values = {}
        for key_node, value_node in node.value:
            place = _place(key_node.start_mark)
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(*place, "expected a key"))
                continue
            key = key_node.value
            if (*path, key) in self.keys:
                first, _ = self.keys[*path, key]
                self.problems.append(Problem(*place, f"`{key}` stands in line {first} already"))
            self.keys[*path, key] = place
            value = self._value(value_node, (*path, key))
            if value is not None:
                values[key] = value
        return values

    def _value(self, node: Node, path: Path) -> Any:
        self.places[path] = _place(node.start_mark)
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _plain(node.value) if isinstance(node, ScalarNode) and not node.style else node.value


def _plain(text: str) -> str | bool | int | None:
    if _NOTHING.fullmatch(text):
        return None
    if _SWITCH.fullmatch(text):
        return text.lower() in _TRUE
    return int(text) if _WHOLE.fullmatch(text) else text


def _place(mark: Mark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _place_in(before: str) -> tuple[int, int]:
    """The place right after this text."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
