"""Names as a file writes them, to dotted names; and the arguments of a call."""

import re

from tree_sitter import Node

from analysis.facts import Call
from analysis.languages.outline.outline import Outline, Text

UNKNOWN_RECEIVER, OWN, BASE = "?", "this", "super()"
MAX_SPELLED = 200
_WORD = re.compile(r"~?[^\W\d]\w*[?!=]?")
_LAST = re.compile(r"([^\W\d]\w*[?!]?)\s*$")
#: Type arguments, the innermost first; what may be a comparison has no comma and no name in front of it here.
_TYPE_ARGUMENTS = re.compile(r"(?:::)?<[^<>()]*>")
_MAX_NESTED = 4


def dotted(written: str) -> str:
    """`a::b` and `A<T>.b` to `a.b`."""
    return ".".join(_WORD.findall(_plain(written)))


def read_name(written: str, outline: Outline) -> tuple[str, str]:
    """Receiver and name. The receiver begins with a dot where the language says that the name is a full one."""
    plain = "".join(_plain(written).split()) if len(written) <= MAX_SPELLED else ""
    found = outline.spelling.fullmatch(plain)
    if not found:
        last = _LAST.search(written[-MAX_SPELLED:])
        return UNKNOWN_RECEIVER, last[1] if last else ""
    path, name = found["path"] or "", found["name"]
    for receiver in (OWN, BASE):
        if found["own" if receiver == OWN else "base"]:
            return UNKNOWN_RECEIVER if path else receiver, name
    is_full = bool(path) and not (path[0].isalpha() or path[0] == "_")
    return f"{'.' if is_full else ''}{dotted(path)}", name


def full_name(written: str, outline: Outline) -> str:
    """The same as one dotted name; empty for anything that is none."""
    receiver, name = read_name(written, outline)
    return "" if receiver in (UNKNOWN_RECEIVER, OWN, BASE) else joined(receiver, name)


def joined(receiver: str, name: str) -> str:
    return f"{receiver.rstrip('.')}.{name}" if receiver else name


def _plain(written: str) -> str:
    for _ in range(_MAX_NESTED):
        shorter = _TYPE_ARGUMENTS.sub("", written)
        if shorter == written:
            break
        written = shorter
    return written


def read_call(arguments: Node | None, outline: Outline, text: Text) -> Call:
    """`open_ended` where nobody can count the arguments."""
    if arguments is None:
        return Call(0)
    positional, keywords = 0, list[str]()
    open_ended = arguments.has_error
    for argument in arguments.named_children:
        if argument.type in outline.ignored_arguments:
            continue
        if argument.type in outline.spread or any(inner.type in outline.spread for inner in argument.named_children):
            open_ended = True
        elif keyword := outline.keyword(argument, text):
            keywords.append(keyword)
        else:  # what is passed by name before it is passed in its place
            positional, keywords = positional + len(keywords) + 1, []
    return Call(positional, tuple(keywords), open_ended)
