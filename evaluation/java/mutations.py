"""Ways to break the contract of a Java definition, and leave its callers as they are."""

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
from evaluation.java.definitions import CONSTRUCTOR

#: Of a library that every project has.
CHECKED = ("java.io.IOException", "java.util.concurrent.TimeoutException", "Exception")


def remove_named(place: Place) -> Iterator[Mutation]:
    if place.name != CONSTRUCTOR:
        yield from remove(place)


def rename_member(place: Place) -> Iterator[Mutation]:
    """A type keeps its name, which its constructors and its file have too."""
    if place.function and place.name != CONSTRUCTOR:
        yield from rename(place)


def add_parameter(place: Place) -> Iterator[Mutation]:
    """Before a variable number of them, or last."""
    variable = sum(parameter.type == "spread_parameter" for parameter in place.parameters)
    yield from _edited(added_parameter(place, f"String {ADDED}", len(place.parameters) - variable))


def put_a_parameter_first(place: Place) -> Iterator[Mutation]:
    yield from _edited(added_parameter(place, f"String {ADDED}", 0))


def remove_parameter(place: Place) -> Iterator[Mutation]:
    for index in range(len(place.parameters)):
        yield Mutation((removed_parameter(place, index),), is_silent=True)


def reorder_parameters(place: Place) -> Iterator[Mutation]:
    plain = [parameter for parameter in place.parameters if parameter.type == "formal_parameter"]
    for index in range(len(plain) - 1):
        yield Mutation(swapped_parameters(place, index), is_silent=True)


def make_private(place: Place) -> Iterator[Mutation]:
    """Of a member; its own file still reaches it."""
    words = _modifiers(place, "public", "protected")
    if words and place.owner:
        yield Mutation((Edit(words[0].start_byte, words[0].end_byte, b"private"),))


def declare_an_exception(place: Place) -> Iterator[Mutation]:
    """One that callers must catch or declare."""
    for name in CHECKED:
        if edit := declared(place, name):
            yield Mutation((edit,))


def give_nothing_back(place: Place) -> Iterator[Mutation]:
    type_ = place.node.child_by_field_name("type")
    if place.function and type_ and place.file.text(type_) != "void":
        yield Mutation((Edit(type_.start_byte, type_.end_byte, b"void"),))


def make_of_an_instance(place: Place) -> Iterator[Mutation]:
    words = _modifiers(place, "static")
    if words and place.function:
        yield Mutation((Edit(words[0].start_byte, words[0].end_byte, b""),))


MUTATIONS: dict[str, MakeMutations] = {
    "remove": remove_named,
    "rename": rename_member,
    "add a parameter": add_parameter,
    "put a parameter first": put_a_parameter_first,
    "remove a parameter": remove_parameter,
    "reorder parameters": reorder_parameters,
    "make private": make_private,
    "declare an exception": declare_an_exception,
    "give nothing back": give_nothing_back,
    "make of an instance": make_of_an_instance,
}


def declared(place: Place, exception: str) -> Edit | None:
    """Behind those that the function declares, or its parameters."""
    clauses = [child for child in place.node.children if child.type == "throws"]
    before = clauses or place.node.children_by_field_name("dimensions")
    ahead = [*before, *place.node.children_by_field_name("parameters")]
    if not ahead:
        return None
    text = f", {exception}" if clauses else f" throws {exception}"
    return Edit(ahead[0].end_byte, ahead[0].end_byte, text.encode())


def _modifiers(place: Place, *words: str) -> list[Node]:
    modifiers = next((child for child in place.node.children if child.type == "modifiers"), None)
    return [child for child in modifiers.children if child.type in words] if modifiers else []


def _edited(edit: Edit | None) -> Iterator[Mutation]:
    if edit:
        yield Mutation((edit,), is_silent=True)
