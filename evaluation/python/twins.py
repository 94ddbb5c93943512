"""Changes of a Python definition that look like the mutations and break nobody."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from evaluation.edits import Edit
from evaluation.python.mutations import RENAMED, at_the_top, with_parameters
from evaluation.python.signature import KEYWORD_ONLY, POSITIONAL, Parameter, parameters_of
from evaluation.python.source import File, Place
from evaluation.python.witness import Use, Witness

ADDED = "added_by_twin"
Files = Mapping[str, File]
Edits = dict[str, tuple[Edit, ...]]
#: Every way to make this twin of the definition; none where it would not be harmless.
Twin = Callable[[Place, Files, Witness], Iterator[Edits]]


def rename_with_all_callers(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    """In every Python file, also where a text or a comment speaks of it."""
    if not _has_the_name_alone(place, files, witness):
        return
    word = re.compile(rb"\b" + place.name.encode() + rb"\b")
    new = f"{place.name}_{RENAMED}".encode()
    yield {
        path: tuple(Edit(match.start(), match.end(), new) for match in word.finditer(file.content))
        for path, file in files.items()
        if word.search(file.content)
    }


def rename_and_keep_the_old_name(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    del files, witness
    if not place.name.startswith("__"):
        new = f"{place.name}_{RENAMED}"
        end = place.file.end_of(place.node)
        kept = f"\n{' ' * place.node.col_offset}{place.name} = {new}".encode()
        yield {place.file.path: (Edit(*place.file.name_span(place), new.encode()), Edit(end, end, kept))}


def add_defaulted_parameter(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    """Last of those passed by position, or by keyword where `*args` would make it the first of the rest."""
    del files, witness
    if place.function:
        parameters = parameters_of(place)
        kind = KEYWORD_ONLY if any(each.kind is not POSITIONAL for each in parameters) else POSITIONAL
        at = sum(each.kind <= kind for each in parameters)
        added = Parameter(ADDED, kind, has_default=True, text=f"{ADDED}=None")
        yield _with_parameters(place, (*parameters[:at], added, *parameters[at:]))


def change_a_private_helper(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    """It takes one keyword more, and every caller passes it."""
    private = place.name.startswith("_") and not place.name.startswith("__")
    if not place.function or not private or not _has_the_name_alone(place, files, witness):
        return
    edits: dict[str, list[Edit]] = {place.file.path: [_with_keyword(place)]}
    for use in witness.named[place.name]:
        edit = _passing(files[use.path], use) if use.call and not use.call.open_ended else None
        if use.kind == "import":
            continue
        if edit is None:
            return
        edits.setdefault(use.path, []).append(edit)
    yield {path: tuple(changes) for path, changes in edits.items()}


def change_the_body(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    del files, witness
    yield {place.file.path: (at_the_top(place, f"{ADDED} = None"),)}


def change_the_docstring(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    del files, witness
    file, first = place.file, place.node.body[0]
    if ast.get_docstring(place.node, clean=False) is not None:
        yield {file.path: (Edit(file.start_of(first), file.end_of(first), b'"""Says something else."""'),)}
    else:
        yield {file.path: (at_the_top(place, '"""Says something."""'),)}


def rename_a_parameter_nobody_names(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    """The body goes on with the old name."""
    del files
    called = {place.name, place.owner.name if place.owner else place.name}
    uses = [use for use in witness.uses if use.name in called or any(led.to == place.key for led in use.led)]
    named = {keyword for use in uses if use.call for keyword in use.call.keywords}
    if any(use.call.open_ended for use in uses if use.call) or not place.function:
        return
    parameters = parameters_of(place)
    for index in range(place.implicit, len(parameters)):
        old = parameters[index]
        if old.kind is POSITIONAL and old.name not in named:
            name = f"{old.name}_{RENAMED}"
            new = replace(old, name=name, text=name + old.text[len(old.name) :])
            edits = with_parameters(place, (*parameters[:index], new, *parameters[index + 1 :]))
            yield {place.file.path: (edits, at_the_top(place, f"{old.name} = {name}"))}


def reorder_keywords(place: Place, files: Files, witness: Witness) -> Iterator[Edits]:
    del files, witness
    parameters = parameters_of(place)
    for index in range(len(parameters) - 1):
        if parameters[index].kind is parameters[index + 1].kind is KEYWORD_ONLY:
            swapped = (parameters[index + 1], parameters[index])
            yield _with_parameters(place, (*parameters[:index], *swapped, *parameters[index + 2 :]))


TWINS: dict[str, Twin] = {
    "rename with all callers": rename_with_all_callers,
    "rename, old name kept": rename_and_keep_the_old_name,
    "add a defaulted parameter": add_defaulted_parameter,
    "change a private helper": change_a_private_helper,
    "change the body": change_the_body,
    "change the docstring": change_the_docstring,
    "rename a parameter nobody names": rename_a_parameter_nobody_names,
    "reorder keywords": reorder_keywords,
}


def _with_parameters(place: Place, parameters: tuple[Parameter, ...]) -> Edits:
    return {place.file.path: (with_parameters(place, parameters),)}


def _with_keyword(place: Place) -> Edit:
    parameters = parameters_of(place)
    at = sum(each.kind <= KEYWORD_ONLY for each in parameters)
    added = Parameter(ADDED, KEYWORD_ONLY, has_default=False, text=ADDED)
    return with_parameters(place, (*parameters[:at], added, *parameters[at:]))


def _passing(file: File, use: Use) -> Edit | None:
    """The call with one keyword more; None where the use is no call with brackets of its own."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and _stands_at(node.func, use) and not _is_generator(node):
            end = file.end_of(node) - 1
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            last = max((file.end_of(each) for each in given), default=end)
            comma = ", " if given and b"," not in file.content[last:end] else ""
            return Edit(end, end, f"{comma}{ADDED}=None".encode())
    return None


def _stands_at(function: ast.expr, use: Use) -> bool:
    if isinstance(function, ast.Attribute):
        column = (function.end_col_offset or 0) - len(function.attr.encode())
        return (function.end_lineno, column) == (use.line, use.column)
    return (function.lineno, function.col_offset) == (use.line, use.column) and isinstance(function, ast.Name)


def _is_generator(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.GeneratorExp)


def _has_the_name_alone(place: Place, files: Files, witness: Witness) -> bool:
    """No other definition has the name, and whatever was seen under it was this one."""
    defined = sum(other.name == place.name for file in files.values() for other in file.places)
    uses = witness.named[place.name]
    led = all(use.executed and {led.to for led in use.led} == {place.key} for use in uses if use.kind != "static")
    return defined == 1 and led and not place.name.startswith("__")
