"""Definitions as others see them, once the whole file was met."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from analysis.facts import FUNCTION, POSITIONAL, VAR_POSITIONAL, Definition, Parameter

#: Among a definition's decorators: several definitions of the name are taken for one.
OVERLOADED = "overloaded"
UNREADABLE = (Parameter("…", VAR_POSITIONAL),)


def one_per_name(
    definitions: Iterable[Definition], joined: Callable[[Sequence[Definition]], Sequence[Definition]]
) -> Iterator[Definition]:
    """Functions of one name become one; a name that is also something else stays with what it is."""
    by_name: dict[str, list[Definition]] = {}
    for definition in definitions:
        by_name.setdefault(definition.qualname, []).append(definition)
    for same in by_name.values():
        if len(same) > 1 and all(each.kind == FUNCTION for each in same):
            apart = joined(same)
            yield overloaded(apart) if len(apart) > 1 else apart[0]
        else:
            yield from same


def overloaded(same: Sequence[Definition]) -> Definition:
    """One function that takes every number of arguments that any of them takes; the first is where it stands.

    Numbers in between are taken too, and who passes arguments by name is not judged.
    """
    named = [each.parameters for each in same if not any(is_unnamed(parameter) for parameter in each.parameters)]
    counts = {_counts(each.parameters) for each in same}
    merged = same[0]._replace(
        parameters=(named or [same[0].parameters])[0],
        decorators=tuple(dict.fromkeys(word for each in same for word in each.decorators)),
        conditional=all(each.conditional for each in same),
        body_digest=zlib.crc32(repr([each.body_digest for each in same]).encode()),
    )
    if len(counts) == 1 and len(set(named)) <= 1:
        return merged
    least, longest = min(least for least, _ in counts), max(most for _, most in counts)
    return merged._replace(
        parameters=_between(least, longest), decorators=(*dict.fromkeys((*merged.decorators, OVERLOADED)),)
    )


def is_unnamed(parameter: Parameter) -> bool:
    """A declaration need not name its parameters; they go by their number."""
    return parameter.name.startswith("#")


def _counts(parameters: Sequence[Parameter]) -> tuple[int, float]:
    """The least and the most arguments that a call can pass."""
    has_rest = any(parameter.kind == VAR_POSITIONAL for parameter in parameters)
    needed = [p for p in parameters if not p.has_default and p.kind != VAR_POSITIONAL]
    return len(needed), float("inf") if has_rest else len(parameters)


def _between(least: int, longest: float) -> tuple[Parameter, ...]:
    count = least if longest == float("inf") else int(longest)
    listed = tuple(Parameter(f"#{number + 1}", POSITIONAL, has_default=number >= least) for number in range(count))
    return (*listed, *UNREADABLE) if longest == float("inf") else listed
