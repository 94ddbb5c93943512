"""Declarations and the definitions that they announce: what is said twice is one contract."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import FUNCTION, POSITIONAL, PRIVATE, Definition, Parameter
from analysis.languages.c.declarators import DECLARED, OUTSIDE
from analysis.languages.c.includes import seen_from
from analysis.languages.outline.assembly import OVERLOADED, is_unnamed, overloaded
from analysis.resolution import Found

_NOT_HERE = frozenset({DECLARED, OUTSIDE})


def joined(same: Sequence[Definition]) -> list[Definition]:
    """Of functions of one name in one file, those that are not another's announcement.

    Where several are announced that take as many arguments, nobody says which is which; they stay apart.
    """
    alike: dict[int, list[Definition]] = {}
    for each in same:
        alike.setdefault(len(each.parameters), []).append(each)
    return [one for group in alike.values() for one in _one_of_each(group)]


def _one_of_each(group: list[Definition]) -> list[Definition]:
    announced = {_named(each) for each in group if DECLARED in each.decorators}
    defined = {_named(each) for each in group if DECLARED not in each.decorators}
    return group if len(announced) > 1 or len(defined) > 1 else [_joined(group)]


def _named(definition: Definition) -> tuple[str, ...]:
    return tuple(each.name for each in definition.parameters if not is_unnamed(each))


def _joined(group: Sequence[Definition]) -> Definition:
    """The definition, or else the first announcement; with every word and default that any of them has."""
    first = next((each for each in group if DECLARED not in each.decorators), group[0])
    words = dict.fromkeys(word for each in group for word in each.decorators)
    for word in _NOT_HERE:
        if any(word not in each.decorators for each in group):
            words.pop(word, None)
    listed = zip(*(each.parameters for each in (first, *group)), strict=False)
    return first._replace(
        parameters=tuple(map(_parameter, listed)),
        decorators=tuple(words),
        conditional=all(each.conditional for each in group),
    )


def _parameter(same: tuple[Parameter, ...]) -> Parameter:
    best = next((each for each in same if not is_unnamed(each)), same[0])
    return best._replace(has_default=best.kind == POSITIONAL and any(each.has_default for each in same))


def seen(graph: CodeGraph, path: str, found: list[Found]) -> list[Found]:
    """What code of a file means, of the bearers of one full name: what it includes, and what that announces."""
    files = seen_from(graph, path).files
    here = [each for each in found if each.path in files]
    functions = [each for each in here if each.definition.kind == FUNCTION]
    if not functions or any(each.definition.conditional for each in functions):
        return functions or here
    is_announced = any(DECLARED in _words(each) and PRIVATE not in _words(each) for each in functions)
    linked = [each for each in found if each.path not in files and is_announced and _is_linked(each)]
    own = [each for each in functions if each.path == path and not _NOT_HERE & _words(each)]
    return [_contract(own, functions)] if own else _contracts(functions, linked)


def _is_linked(each: Found) -> bool:
    definition = each.definition
    return definition.kind == FUNCTION and not definition.conditional and not {PRIVATE, DECLARED} & _words(each)


def _contracts(here: list[Found], linked: list[Found]) -> list[Found]:
    """The definition where there is one only; else what announces it, wherever it may be defined."""
    definitions = [each for each in (*here, *linked) if not _NOT_HERE & _words(each)]
    if len(definitions) == 1:
        return [_contract(definitions, [*here, *linked])]
    announcing = [each for each in here if DECLARED in _words(each)]
    if not announcing:
        return here
    return [_contract([min(announcing, key=lambda each: each.path)], [*here, *linked])]


def _contract(first: Sequence[Found], others: Iterable[Found]) -> Found:
    rest = [each.definition for each in others if each.key != first[0].key]
    together = joined((first[0].definition, *rest))
    merged = together[0] if len(together) == 1 else overloaded(together)
    return replace(first[0], definition=merged._replace(line=first[0].definition.line))


def _words(each: Found) -> set[str]:
    return set(each.definition.decorators) - {OVERLOADED}
