"""Ways to break the contract of a Go definition, and leave its callers as they are."""

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

_VARIADIC = "variadic_parameter_declaration"


def add_parameter(place: Place) -> Iterator[Mutation]:
    """Behind all but a variadic one."""
    fixed = [parameter for parameter in place.parameters if parameter.type != _VARIADIC]
    yield from _edited(added_parameter(place, written(place, ADDED, "string"), len(fixed)))


def put_parameter_first(place: Place) -> Iterator[Mutation]:
    if place.parameters:
        yield from _edited(added_parameter(place, written(place, ADDED, "string"), 0), is_silent=True)


def remove_parameter(place: Place) -> Iterator[Mutation]:
    for index in range(len(place.parameters)):
        yield Mutation((removed_parameter(place, index),), is_silent=True)


def reorder_parameters(place: Place) -> Iterator[Mutation]:
    """Of other types; two of one type change places without a word."""
    fixed = [parameter for parameter in place.parameters if parameter.type != _VARIADIC]
    types = [place.file.text(parameter.child_by_field_name("type")) for parameter in fixed]
    for index in range(len(fixed) - 1):
        if types[index] != types[index + 1]:
            yield Mutation(swapped_parameters(place, index), is_silent=True)


def add_result(place: Place) -> Iterator[Mutation]:
    result = _result(place)
    if place.function is None:
        return
    if result is None:
        listed = place.function.child_by_field_name("parameters")
        if listed:
            yield Mutation((Edit(listed.end_byte, listed.end_byte, b" error"),))
    elif result.type == "parameter_list":
        given = f", {ADDED} error" if _are_named(result) else ", error"
        yield Mutation((Edit(result.end_byte - 1, result.end_byte - 1, given.encode()),))
    else:
        yield Mutation((Edit(result.start_byte, result.end_byte, f"({place.file.text(result)}, error)".encode()),))


def remove_result(place: Place) -> Iterator[Mutation]:
    """The last one."""
    result = _result(place)
    if result is None:
        return
    listed = result.named_children if result.type == "parameter_list" else []
    start = listed[-2].end_byte if len(listed) > 1 else result.start_byte
    end = listed[-1].end_byte if len(listed) > 1 else result.end_byte
    yield Mutation((Edit(start, end, b""),))


def unexport(place: Place) -> Iterator[Mutation]:
    name = place.name_node
    if name and place.name[0].isupper():
        lowered = place.name[0].lower() + place.name[1:]
        yield Mutation((Edit(name.start_byte, name.end_byte, lowered.encode()),), is_gone=True)


MUTATIONS: dict[str, MakeMutations] = {
    "remove": remove,
    "rename": rename,
    "add a parameter": add_parameter,
    "put a parameter first": put_parameter_first,
    "remove a parameter": remove_parameter,
    "reorder parameters": reorder_parameters,
    "add a result": add_result,
    "remove a result": remove_result,
    "unexport": unexport,
}


def written(place: Place, name: str, kind: str) -> str:
    """A parameter; without a name where the others have none."""
    listed = place.function.child_by_field_name("parameters") if place.function else None
    return f"{name} {kind}" if listed is None or not place.parameters or _are_named(listed) else kind


def _are_named(listed: Node) -> bool:
    return any(child.child_by_field_name("name") for child in listed.named_children)


def _result(place: Place) -> Node | None:
    return place.function.child_by_field_name("result") if place.function else None


def _edited(edit: Edit | None, *, is_silent: bool = False) -> Iterator[Mutation]:
    if edit:
        yield Mutation((edit,), is_silent=is_silent)
