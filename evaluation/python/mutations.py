"""Ways to break the contract of a Python definition, and leave its callers as they are."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from evaluation.edits import Edit
from evaluation.python.signature import (
    KEYWORD_ONLY,
    POSITIONAL,
    Kind,
    Parameter,
    breaks,
    parameters_of,
    written,
)
from evaluation.python.source import Place
from evaluation.python.witness import Led, Use

#: Names for what a mutation adds; no project of ours uses them.
ADDED, RENAMED = "added_by_mutation", "renamed_by_mutation"


@dataclass(frozen=True, slots=True)
class Mutation:
    """Edits of the definition's file. `after` are the new parameters where those are what changed."""

    edits: tuple[Edit, ...]
    gone: bool = False
    is_async: bool = False
    after: tuple[Parameter, ...] | None = None

    def breaks(self, place: Place, use: Use, led: Led) -> bool | None:
        """Whether a use that led to the definition no longer works. None: nobody can tell from the text."""
        if self.gone:
            # Through another name (a variable, an alias) the use itself still stands; what gave it the name breaks.
            return True if use.name == place.name else None
        if use.call is None:
            return False
        if self.is_async:
            return None if use.call.usage in ("returned", "awaited") else True
        return None if led.way == "hidden" else breaks(parameters_of(place), self.after or (), use.call, led.implicit)


MakeMutations = Callable[[Place], Iterator[Mutation]]


def remove(place: Place) -> Iterator[Mutation]:
    if not _is_special(place):
        file, node = place.file, place.node
        start, end = file.line_start(place.line), file.end_of(node)
        end += file.content[end : end + 1] == b"\n"
        alone = b" " * node.col_offset + b"pass\n" if len(place.siblings) == 1 else b""
        yield Mutation((Edit(start, end, alone),), gone=True)


def rename(place: Place) -> Iterator[Mutation]:
    if not _is_special(place):
        new = f"{place.name}_{RENAMED}".encode()
        yield Mutation((Edit(*place.file.name_span(place), new),), gone=True)


def add_required_parameter(place: Place) -> Iterator[Mutation]:
    """Behind the last parameter that is required by position."""
    if place.function:
        parameters = parameters_of(place)
        at = sum(each.is_passed_by_position and not each.has_default for each in parameters)
        yield _with_parameters(place, (*parameters[:at], _added(POSITIONAL), *parameters[at:]))


def add_required_keyword(place: Place) -> Iterator[Mutation]:
    if place.function:
        parameters = parameters_of(place)
        at = sum(each.kind <= KEYWORD_ONLY for each in parameters)
        yield _with_parameters(place, (*parameters[:at], _added(KEYWORD_ONLY), *parameters[at:]))


def change_arity_of_a_method(place: Place) -> Iterator[Mutation]:
    """Before all that a caller passes."""
    parameters = parameters_of(place)
    if place.owner and len(parameters) >= place.implicit:
        at = place.implicit
        kind = parameters[at].kind if len(parameters) > at and parameters[at].kind < POSITIONAL else POSITIONAL
        yield _with_parameters(place, (*parameters[:at], _added(kind), *parameters[at:]))


def remove_parameter(place: Place) -> Iterator[Mutation]:
    """What it was is a variable of the body from now on."""
    parameters = parameters_of(place)
    for index in range(place.implicit, len(parameters)):
        if parameters[index].kind in (POSITIONAL, KEYWORD_ONLY):
            rest = (*parameters[:index], *parameters[index + 1 :])
            made = _with_parameters(place, rest)
            yield replace(made, edits=(*made.edits, at_the_top(place, f"{parameters[index].name} = None")))


def reorder_parameters(place: Place) -> Iterator[Mutation]:
    parameters = parameters_of(place)
    for index in range(place.implicit, len(parameters) - 1):
        one, other = parameters[index : index + 2]
        if one.kind == other.kind == POSITIONAL and one.has_default == other.has_default:
            yield _with_parameters(place, (*parameters[:index], other, one, *parameters[index + 2 :]))


def rename_parameter(place: Place) -> Iterator[Mutation]:
    """In the body too."""
    parameters = parameters_of(place)
    for index in range(place.implicit, len(parameters)):
        old = parameters[index]
        if old.kind in (POSITIONAL, KEYWORD_ONLY) and place.function:
            name = f"{old.name}_{RENAMED}"
            new = replace(old, name=name, text=name + old.text[len(old.name) :])
            made = _with_parameters(place, (*parameters[:index], new, *parameters[index + 1 :]))
            yield replace(made, edits=(*made.edits, *_renamed_in_body(place, old.name, name)))


def make_async(place: Place) -> Iterator[Mutation]:
    """Not of a generator: that becomes another thing altogether."""
    function = place.function
    if isinstance(function, ast.FunctionDef) and not _is_special(place) and not _yields(function):
        start = place.file.start_of(function)
        yield Mutation((Edit(start, start, b"async "),), is_async=True)


MUTATIONS: dict[str, MakeMutations] = {
    "remove": remove,
    "rename": rename,
    "add a required parameter": add_required_parameter,
    "add a required keyword": add_required_keyword,
    "change arity of a method": change_arity_of_a_method,
    "remove a parameter": remove_parameter,
    "reorder parameters": reorder_parameters,
    "rename a parameter": rename_parameter,
    "make async": make_async,
}


def with_parameters(place: Place, parameters: tuple[Parameter, ...]) -> Edit:
    """The list of parameters written anew, over as many lines as before when each had its own."""
    start, end = place.file.parameter_span(place)
    old = place.file.content[start:end]
    if b"\n" not in old:
        return Edit(start, end, written(parameters).encode())
    indent = " " * (place.node.col_offset + 4)
    closing = "\n" + " " * place.node.col_offset
    return Edit(start, end, f"\n{indent}{written(parameters, f',{chr(10)}{indent}')},{closing}".encode())


def at_the_top(place: Place, statement: str) -> Edit:
    """A statement before the first of the body that is not the docstring."""
    file, body = place.file, place.node.body
    first = body[1 if ast.get_docstring(place.node, clean=False) is not None else 0 :][:1]
    if not first:
        end = file.end_of(body[-1])
        return Edit(end, end, f"\n{' ' * body[-1].col_offset}{statement}".encode())
    line = min([first[0].lineno, *(mark.lineno for mark in getattr(first[0], "decorator_list", ()))])
    start = file.line_start(line)
    if file.content[start : start + first[0].col_offset].strip():  # the body stands on the line of the `def`
        start = file.start_of(first[0])
        return Edit(start, start, f"{statement}; ".encode())
    return Edit(start, start, f"{' ' * first[0].col_offset}{statement}\n".encode())


def _with_parameters(place: Place, parameters: tuple[Parameter, ...]) -> Mutation:
    return Mutation((with_parameters(place, parameters),), after=parameters)


def _added(kind: Kind) -> Parameter:
    return Parameter(ADDED, kind, has_default=False, text=ADDED, means=ADDED)


def _renamed_in_body(place: Place, old: str, new: str) -> list[Edit]:
    file = place.file
    nodes = (node for statement in place.node.body for node in ast.walk(statement))
    return [
        Edit(file.start_of(node), file.end_of(node), new.encode())
        for node in nodes
        # Inside an f-string Python 3.11 does not always know the place.
        if isinstance(node, ast.Name) and node.id == old and file.text_of(node) == old.encode()
    ]


def _yields(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def _is_special(place: Place) -> bool:
    return place.name.startswith("__") and place.name.endswith("__")
