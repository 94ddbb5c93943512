"""The parameters of a TypeScript or JavaScript function, and which of them a call may leave out."""

import re
from collections.abc import Callable

from tree_sitter import Node

from analysis.facts import VAR_POSITIONAL, Parameter

Text = Callable[[Node | None], str]
_MAX_NAME = 60
_MAX_BODY = 20_000
_MAX_JUDGED = 20
_LEFT_OUT = re.compile(r":\s*(?:void|.*\|\s*void)\s*", re.DOTALL)


def read_parameters(node: Node, text: Text, *, typed: bool) -> tuple[Parameter, ...]:
    """Of a function node. Where nothing is typed, a parameter is required only when the body cannot do without."""
    single = node.child_by_field_name("parameter")
    if single:
        found = [Parameter(text(single))]
    else:
        listed = node.child_by_field_name("parameters")
        read = (_parameter(child, text) for child in (listed.named_children if listed else ()))
        found = [parameter for parameter in read if parameter]
    if typed:
        return tuple(found)
    body = node.child_by_field_name("body")
    source = text(body) if body and body.end_byte - body.start_byte <= _MAX_BODY else ""
    if "arguments" in source:  # it takes what it does not name
        return (*(parameter._replace(has_default=True) for parameter in found), Parameter("arguments", VAR_POSITIONAL))
    return tuple(_judged(parameter, source if index < _MAX_JUDGED else "") for index, parameter in enumerate(found))


def _parameter(node: Node, text: Text) -> Parameter | None:
    pattern = node.child_by_field_name("pattern")
    if pattern is None or pattern.type == "this":
        return None
    if pattern.type == "rest_pattern":
        return Parameter(text(pattern).lstrip(". "), VAR_POSITIONAL)
    may_be_left_out = (
        node.type == "optional_parameter"
        or node.child_by_field_name("value") is not None
        or _LEFT_OUT.fullmatch(text(node.child_by_field_name("type"))) is not None
    )
    name = " ".join(text(pattern).split())
    return Parameter(name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…", has_default=may_be_left_out)


def _judged(parameter: Parameter, body: str) -> Parameter:
    if parameter.kind == VAR_POSITIONAL or parameter.has_default or _is_needed(parameter.name, body):
        return parameter
    return parameter._replace(has_default=True)


def _is_needed(name: str, body: str) -> bool:
    """The body reads a member of it or calls it, and nowhere asks whether it is there, or binds it anew."""
    if not re.fullmatch(r"[\w$]+", name) or name not in body:
        return False
    word = rf"(?<![\w$.]){re.escape(name)}(?![\w$])"
    needed = re.search(rf"{word}\s*(?:\.(?!\.)|\[|\()", body)
    asked = re.search(
        rf"(?:!|\btypeof|\bif\s*\(|\bwhile\s*\(|&&|\|\||[=!]==?)\s*{word}|{word}\s*(?:\|\||\?|&&|[=!]=|=(?!>)|\binstanceof)",
        body,
    )
    return needed is not None and asked is None
