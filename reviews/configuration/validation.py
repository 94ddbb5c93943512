"""Is a document what the declaration allows? All problems, each with its place and what was expected. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from reviews.configuration.declaration import Configuration, ServiceConfiguration
from reviews.configuration.documents import Document, Path, Problem, read_document
from telemetry.redaction import redact_with_ends

_ADAPTERS: Mapping[type[Configuration], TypeAdapter[Configuration]] = {
    Configuration: TypeAdapter(Configuration),
    ServiceConfiguration: TypeAdapter(ServiceConfiguration),
}
_MAX_QUOTED = 40

#: What pydantic calls it → what we say.
_EXPECTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "bool_type": lambda _: "expected on or off",
    "int_type": lambda _: "expected a whole number",
    "string_type": lambda _: "expected text; put it in quotes",
    "tuple_type": lambda _: "expected a list",
    "dataclass_type": lambda _: "expected keys and values",
    "enum": lambda about: f"expected {about['expected'].replace(chr(39), '')}",
    "greater_than_equal": lambda about: f"expected at least {about['ge']}",
    "less_than_equal": lambda about: f"expected at most {about['le']}",
    "too_long": lambda about: f"expected at most {about['max_length']} items",
    "string_too_short": lambda _: "expected some text",
    "string_too_long": lambda about: f"expected at most {about['max_length']} characters",
    "value_error": lambda about: str(about["error"]),
}


def read_checked(content: bytes, declaration: type[Configuration]) -> Document:
    """The document, if the declaration allows it; else one with its problems and no values."""
    document = read_document(content)
    try:
        _ADAPTERS[declaration].validate_python(document.values)
        found: Iterable[Problem] = ()
    except ValidationError as error:
        found = [_problem(document, details, declaration) for details in error.errors(include_url=False)]
    problems = tuple(sorted((*document.problems, *found)))
    return replace(document, values={} if problems else document.values, problems=problems)


def configuration_of(values: Mapping[str, Any]) -> Configuration:
    """The configuration that these values make, which were checked before."""
    return _ADAPTERS[Configuration].validate_python(values)


def _problem(document: Document, details: ErrorDetails, declaration: type[Configuration]) -> Problem:
    path: Path = details["loc"]
    if details["type"] == "unexpected_keyword_argument":
        return Problem(*document.keys[path], _unknown_key(str(path[-1]), _keys_at(declaration(), path[:-1])))
    say = _EXPECTED.get(details["type"])
    expected = say(details.get("ctx", {})) if say else details["msg"]
    return Problem(*document.places[path], f"{_key(path)}: {expected}{_found(details['input'])}")


def _unknown_key(key: str, known: list[str]) -> str:
    meant = get_close_matches(key, known, n=1)
    hint = f"did you mean `{meant[0]}`?" if meant else f"expected one of {', '.join(known)}"
    return f"`{_short(key)}` is no key here; {hint}"


def _keys_at(section: object, path: Path) -> list[str]:
    for name in path:
        section = getattr(section, str(name))
    return [item.name for item in fields(section)] if is_dataclass(section) else []


def _key(path: Path) -> str:
    """`paths.exclude`; which item of a list it is, its line says."""
    return f"`{'.'.join(part for part in path if isinstance(part, str))}`"


def _found(value: object) -> str:
    if isinstance(value, bool):
        return f", not `{'on' if value else 'off'}`"
    return f", not `{_short(str(value))}`" if isinstance(value, str | int) else ""


def _short(text: str) -> str:
    flat = redact_with_ends(" ".join(text.replace("`", "'").split()))
    return flat if len(flat) <= _MAX_QUOTED else f"{flat[:_MAX_QUOTED]}…"
