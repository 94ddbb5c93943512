"""What a list's address asks for, and the addresses of lists that ask for a little else. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, as a link; the first of them is none."""

    value: str
    query: str
    is_chosen: bool


def filled(given: QueryDict, **meant: str) -> QueryDict:
    """Without the box, and the fields that a form sends empty; with what the box means."""
    asked = QueryDict(mutable=True)
    for name, values in given.lists():
        told = [value for value in values if value.strip()]
        if told and name != "q":
            asked.setlist(name, told)
    for name, value in meant.items():
        asked[name] = value
    return asked


def choices(given: QueryDict, name: str, values: Iterable[str]) -> list[Choice]:
    chosen = given.getlist(name)
    every = Choice("", with_values(given, **{name: ""}), is_chosen=not any(chosen))
    return [every, *(Choice(value, with_values(given, **{name: value}), value in chosen) for value in values)]


def with_values(given: QueryDict, **values: str) -> str:
    """The query with these values instead; a change of filter begins the list anew."""
    query = given.copy()
    query.pop("after", None)
    for name, value in values.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return query.urlencode()
