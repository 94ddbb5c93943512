"""What an expression of a Go file leads to, step by step: `api.New().session` to a value of the type of that field.

The expressions are those of `values`. Where one step is not known, nothing is.
"""

import re
from dataclasses import dataclass

from analysis.code_graph import CodeGraph
from analysis.facts import CONSTANT, FUNCTION
from analysis.languages.go.members import field, method, type_named
from analysis.languages.go.names import Answer, Imported, named, of_package
from analysis.resolution import UNKNOWN, Found, Missing

_TYPED = re.compile(r"((?:\[\]|\(\))*[\w.]+)\{\}")
_STEP = re.compile(r"\.(\w+)|\(\)(\d*)|\[\]")
_NAME = re.compile(r"\w+")
_HELD, _CALLED = "[]", "()"
_MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a type, as the file at `path` writes the type."""

    path: str
    type: str


Place = Answer | Value


def follow(graph: CodeGraph, path: str, expression: str, hops: int = 0) -> Place:
    """A package, a definition, or a value; a value of a type that is not known is UNKNOWN."""
    known = graph.memo.setdefault("go trails", {})
    if (path, expression) not in known:
        known[path, expression] = UNKNOWN  # for those who ask in a circle
        known[path, expression] = _followed(graph, path, expression, hops) if hops <= _MAX_HOPS else UNKNOWN
    found: Place = known[path, expression]
    return found


def type_behind(graph: CodeGraph, value: Value) -> Answer:
    """The definition of the value's type; only a plain type has one."""
    return UNKNOWN if value.type.startswith((_HELD, _CALLED)) else type_named(graph, value.path, value.type)


def _followed(graph: CodeGraph, path: str, expression: str, hops: int) -> Place:
    typed = _TYPED.match(expression)
    head = typed or _NAME.match(expression)
    if head is None:
        return UNKNOWN
    found: Place = Value(path, head[1]) if typed else _value_of(graph, named(graph, path, head[0]), hops)
    for step in _STEP.finditer(expression, head.end()):
        if step[1]:
            found = _behind_dot(graph, found, step[1], hops)
        elif step[0] == _HELD:
            found = _held(graph, found)
        else:
            found = _called(graph, found, int(step[2] or 0))
    return found


def _value_of(graph: CodeGraph, found: Answer, hops: int) -> Place:
    """Of a variable or constant, what it is."""
    if not isinstance(found, Found) or found.definition.kind != CONSTANT:
        return found
    facts = graph.facts(found.path)
    value = facts.types.get(found.definition.qualname) if facts else None
    return follow(graph, found.path, value, hops + 1) if value else UNKNOWN


def _behind_dot(graph: CodeGraph, owner: Place, name: str, hops: int) -> Place:
    if isinstance(owner, Imported):
        return _value_of(graph, of_package(owner, name), hops)
    kind = type_behind(graph, owner) if isinstance(owner, Value) else UNKNOWN
    if not isinstance(kind, Found):
        return UNKNOWN
    value = field(graph, kind, name)
    if value:
        return follow(graph, *value, hops + 1)
    found = method(graph, kind, name)
    return UNKNOWN if isinstance(found, Missing) else found


def _called(graph: CodeGraph, called: Place, number: int) -> Place:
    """The result of that number; calling a type makes a value of it."""
    if isinstance(called, Value):
        # Of a function that is a value only the first result is written down.
        written = _spelled_out(graph, called) if number == 0 else called
        is_known = number == 0 and written.type.startswith(_CALLED)
        return Value(written.path, written.type.removeprefix(_CALLED)) if is_known else UNKNOWN
    if not isinstance(called, Found):
        return UNKNOWN
    if called.definition.kind != FUNCTION:
        return Value(called.path, called.definition.qualname)
    results = called.definition.makes.split(",")
    is_known = number < len(results) and results[number] not in ("", "?")
    return Value(called.path, results[number]) if is_known else UNKNOWN


def _held(graph: CodeGraph, holder: Place) -> Place:
    """What a container holds; behind a function or a type the brackets hold type arguments."""
    if not isinstance(holder, Value):
        return holder if isinstance(holder, Found) else UNKNOWN
    written = _spelled_out(graph, holder)
    return Value(written.path, written.type.removeprefix(_HELD)) if written.type.startswith(_HELD) else UNKNOWN


def _spelled_out(graph: CodeGraph, value: Value) -> Value:
    """With what a named type stands for in place of its name."""
    kind = type_behind(graph, value)
    return Value(kind.path, kind.definition.makes) if isinstance(kind, Found) and kind.definition.makes else value
