"""Ways to break the contract of a TypeScript definition, and leave its callers as they are."""

from collections.abc import Iterator

from tree_sitter import Node

from evaluation.compiled.mutations import (
    ADDED,
    MakeMutations,
    Mutation,
    added_parameter,
    remove,
    removed_parameter,
    rename,
    swapped_parameters,
)
from evaluation.compiled.source import Place
from evaluation.edits import Edit
from evaluation.typescript.definitions import CONSTRUCTOR

_REQUIRED, _OPTIONAL = "required", "optional"
#: Return types that may not stand inside `Promise<…>`.
_PREDICATES = ("asserts ", "this is ")


def remove_named(place: Place) -> Iterator[Mutation]:
    if place.name != CONSTRUCTOR:
        yield from remove(place)


def rename_named(place: Place) -> Iterator[Mutation]:
    if place.name != CONSTRUCTOR:
        yield from rename(place)


def add_required_parameter(place: Place) -> Iterator[Mutation]:
    """Behind the last that is required."""
    kinds = [kind_of(parameter) for parameter in place.parameters]
    yield from _edited(added_parameter(place, f"{ADDED}: string", kinds.count(_REQUIRED)))


def change_arity_of_a_method(place: Place) -> Iterator[Mutation]:
    """Before all that a caller passes."""
    if place.owner:
        first = 1 if place.parameters and kind_of(place.parameters[0]) == "" else 0
        yield from _edited(added_parameter(place, f"{ADDED}: string", first), is_silent=True)


def remove_parameter(place: Place) -> Iterator[Mutation]:
    for index, parameter in enumerate(place.parameters):
        if kind_of(parameter) and not is_field(parameter):
            yield from _edited(removed_parameter(place, index), is_silent=True)


def reorder_parameters(place: Place) -> Iterator[Mutation]:
    kinds = [kind_of(parameter) for parameter in place.parameters]
    for index in range(len(kinds) - 1):
        if kinds[index] and kinds[index] == kinds[index + 1]:
            yield Mutation(swapped_parameters(place, index), is_silent=True)


def make_async(place: Place) -> Iterator[Mutation]:
    """Not of a generator, which becomes another thing, nor where a promise is returned already."""
    function = place.function
    if function is None or place.name == CONSTRUCTOR or {"async", "*"} & {child.type for child in function.children}:
        return
    returns = function.child_by_field_name("return_type")
    written = place.file.text(returns).lstrip(": ")
    if function.type.startswith("generator") or written.startswith(("Promise", *_PREDICATES)) or " is " in written:
        return
    at = _name_start(place) if place.owner and function is place.node else function.start_byte
    edits = [Edit(at, at, b"async ")]
    if returns:
        edits.append(Edit(returns.start_byte, returns.end_byte, f": Promise<{written}>".encode()))
    yield Mutation(tuple(edits), is_silent=True)


def unexport(place: Place) -> Iterator[Mutation]:
    """It is still there for its own file."""
    declaration = place.whole.child_by_field_name("declaration")
    words = {child.type for child in place.whole.children}
    if place.whole.type == "export_statement" and declaration and "default" not in words and not place.owner:
        yield Mutation(
            (Edit(place.whole.start_byte, declaration.start_byte, b""),), is_gone=True, is_kept_at_home=True
        )


MUTATIONS: dict[str, MakeMutations] = {
    "remove": remove_named,
    "rename": rename_named,
    "add a required parameter": add_required_parameter,
    "change arity of a method": change_arity_of_a_method,
    "remove a parameter": remove_parameter,
    "reorder parameters": reorder_parameters,
    "make async": make_async,
    "unexport": unexport,
}


def kind_of(parameter: Node) -> str:
    """Required or optional; empty for `this` and for the rest."""
    pattern = parameter.child_by_field_name("pattern")
    if pattern is None or pattern.type in ("this", "rest_pattern"):
        return ""
    is_optional = parameter.type == "optional_parameter" or parameter.child_by_field_name("value")
    return _OPTIONAL if is_optional else _REQUIRED


def is_field(parameter: Node) -> bool:
    """`constructor(private name: string)`: the class has it too."""
    return any(
        child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in parameter.children
    )


def _name_start(place: Place) -> int:
    return place.name_node.start_byte if place.name_node else place.node.start_byte


def _edited(edit: Edit | None, *, is_silent: bool = False) -> Iterator[Mutation]:
    if edit:
        yield Mutation((edit,), is_silent=is_silent)
