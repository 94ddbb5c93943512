"""Changes of a Java definition that look like the mutations and break nobody. The compiler has the last word."""

import re
from collections.abc import Iterator, Sequence

from evaluation.compiled.language import Edits, Files, Position, Twin
from evaluation.compiled.mutations import RENAMED
from evaluation.compiled.source import Place
from evaluation.edits import Edit
from evaluation.java.definitions import CONSTRUCTOR
from evaluation.java.mutations import CHECKED, declared

ADDED = "addedByTwin"


def rename_with_all_callers(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """The word, in every file, also where a text or a comment speaks of it."""
    del uses
    if place.function and place.name != CONSTRUCTOR:
        name = place.name.removesuffix("()")
        yield {path: edits for path, file in files.items() if (edits := _words(file.content, name))}


def keep_the_old_one(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """A form that takes one more, before the one there is."""
    del files, uses
    list_start = place.parameters_start
    if place.function and list_start is not None and place.body:
        content, whole = place.file.content, place.whole
        comma = ", " if place.parameters else ""
        copy = content[whole.start_byte : list_start] + f"String {ADDED}{comma}".encode()
        copy += content[list_start : whole.end_byte]
        yield {place.file.path: (Edit(whole.start_byte, whole.start_byte, copy + b"\n    "),)}


def add_a_variable_number(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """Of parameters, last; those who pass none are as well off as before."""
    del files, uses
    parameters, start = place.parameters, place.parameters_start
    if start is not None and not any(each.type == "spread_parameter" for each in parameters):
        at = parameters[-1].end_byte if parameters else start
        yield {place.file.path: (Edit(at, at, f"{', ' if parameters else ''}String... {ADDED}".encode()),)}


def change_the_body(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    if place.function and place.body and place.body.type == "block":
        at = place.body.start_byte + 1
        yield {place.file.path: (Edit(at, at, f' String {ADDED} = "";'.encode()),)}


def change_a_comment(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    at = place.whole.start_byte
    yield {place.file.path: (Edit(at, at, b"/* Says something. */ "),)}


def rename_a_parameter(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """In the body too. Nobody passes an argument by the name of its parameter."""
    del files, uses
    start, end = place.whole.start_byte, place.whole.end_byte
    for parameter in place.parameters:
        name = place.file.text(parameter.child_by_field_name("name"))
        words = _words(place.file.content[start:end], name) if name else ()
        yield {place.file.path: tuple(Edit(e.start + start, e.end + start, e.text) for e in words)}


def declare_what_needs_no_handling(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    del files, uses
    if edit := declared(place, "IllegalStateException"):
        yield {place.file.path: (edit,)}


def declare_what_all_callers_handle(place: Place, files: Files, uses: Sequence[Position]) -> Iterator[Edits]:
    """A mutation, where the compiler finds nobody that it breaks."""
    del files, uses
    for name in CHECKED:
        if edit := declared(place, name):
            yield {place.file.path: (edit,)}


TWINS: dict[str, Twin] = {
    "rename with all callers": rename_with_all_callers,
    "another form beside it": keep_the_old_one,
    "add a variable parameter": add_a_variable_number,
    "change the body": change_the_body,
    "change a comment": change_a_comment,
    "rename a parameter": rename_a_parameter,
    "declare an unchecked exception": declare_what_needs_no_handling,
    "declare a handled exception": declare_what_all_callers_handle,
}


def _words(content: bytes, name: str) -> tuple[Edit, ...]:
    word = re.compile(rb"(?<![\w$])" + re.escape(name.encode()) + rb"(?![\w$])")
    return tuple(Edit(m.start(), m.end(), f"{name}_{RENAMED}".encode()) for m in word.finditer(content))
