"""Ways to break the contract of a definition, as far as they are the same text in every compiled language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evaluation.compiled.source import Place
from evaluation.edits import Edit

#: Names for what a mutation adds; no project of ours uses them.
ADDED, RENAMED = "addedByMutation", "renamedByMutation"


@dataclass(frozen=True, slots=True)
class Mutation:
    """Edits of the definition's file.

    `is_gone`: the name leads to nothing any more; with `is_kept_at_home`, only from other files. `is_silent`: a caller
    may go on to compile and mean something else.
    """

    edits: tuple[Edit, ...]
    is_gone: bool = False
    is_kept_at_home: bool = False
    is_silent: bool = False


MakeMutations = Callable[[Place], Iterator[Mutation]]


def remove(place: Place) -> Iterator[Mutation]:
    """With the rest of its lines, where those are empty."""
    content, start, end = place.file.content, place.whole.start_byte, place.whole.end_byte
    line = content.rfind(b"\n", 0, start) + 1
    after = content.find(b"\n", end)
    if not content[line:start].strip() and not content[end:after].strip(b" ;"):
        start, end = line, after + 1
    yield Mutation((Edit(start, end, b""),), is_gone=True)


def rename(place: Place) -> Iterator[Mutation]:
    yield Mutation((renamed(place, RENAMED),), is_gone=True)


def renamed(place: Place, ending: str) -> Edit:
    name = place.name_node or place.node
    return Edit(name.end_byte, name.end_byte, f"_{ending}".encode())


def added_parameter(place: Place, text: str, index: int) -> Edit | None:
    """Before the parameter of that index, or behind the last."""
    parameters, start = place.parameters, place.parameters_start
    if start is None:
        return None
    if index < len(parameters):
        at = parameters[index].start_byte
        return Edit(at, at, f"{text}, ".encode())
    at = parameters[-1].end_byte if parameters else start
    return Edit(at, at, (f", {text}" if parameters else text).encode())


def removed_parameter(place: Place, index: int) -> Edit:
    """With the comma that parts it from the next, or from the one before."""
    parameters = place.parameters
    start, end = parameters[index].start_byte, parameters[index].end_byte
    if index + 1 < len(parameters):
        end = parameters[index + 1].start_byte
    elif index:
        start = parameters[index - 1].end_byte
    return Edit(start, end, b"")


def swapped_parameters(place: Place, index: int) -> tuple[Edit, Edit]:
    """The parameter of that index and the next."""
    one, other = place.parameters[index : index + 2]
    content = place.file.content
    return (
        Edit(one.start_byte, one.end_byte, content[other.start_byte : other.end_byte]),
        Edit(other.start_byte, other.end_byte, content[one.start_byte : one.end_byte]),
    )
