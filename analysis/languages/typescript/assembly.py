"""Definitions as others see them, once the whole file was met."""

import zlib
from collections.abc import Collection, Iterator, Sequence

from analysis.facts import (
    ALIAS,
    CLASS,
    CONSTANT,
    FUNCTION,
    INTERFACE,
    VAR_POSITIONAL,
    Definition,
    Export,
    Parameter,
)
from analysis.languages.typescript.scopes import MODULE, Scope

_TYPES, _VALUES = frozenset({INTERFACE, ALIAS}), frozenset({CONSTANT, FUNCTION})


def assembled(
    definitions: Collection[Definition],
    scopes: Collection[Scope],
    exports: Collection[Export],
    extended: Collection[tuple[str, str]],
) -> tuple[Definition, ...]:
    """Without the constants that are the file's own, which become its variables, and with what only its end tells.

    `extended`: what gets which members elsewhere than where it is declared.
    """
    private = _private_constants(definitions, exports)
    for module in (scope for scope in scopes if scope.kind == MODULE):
        module.bound |= private
    public = [d for d in definitions if d.kind != CONSTANT or d.qualname not in private]
    unknown = {scope.qualname for scope in scopes if scope.returns_unknown and scope.is_named}
    spelled = {scope.qualname: scope.bound | scope.defined for scope in scopes if scope.is_open}
    unspelled = {scope.qualname for scope in scopes if scope.is_unspelled and scope.is_open}
    unspelled |= {owner for owner, name in extended if name not in spelled.get(owner, ())}
    told = [
        definition._replace(
            returns_unknown=definition.qualname in unknown,
            bases=(*definition.bases, "?") if definition.qualname in unspelled else definition.bases,
        )
        for definition in (*public, *_unwritten_constructors(public))
    ]
    return tuple(_one_per_name(told))


def _private_constants(definitions: Collection[Definition], exports: Collection[Export]) -> set[str]:
    exported = {export.local for export in exports if not export.module}
    return {d.qualname for d in definitions if d.kind == CONSTANT and not d.parent} - exported


def _unwritten_constructors(definitions: Collection[Definition]) -> Iterator[Definition]:
    """A class that inherits nothing and writes no constructor has one that takes nothing."""
    written = {definition.qualname for definition in definitions}
    for definition in definitions:
        name = f"{definition.qualname}.constructor"
        if definition.kind == CLASS and not definition.bases and name not in written:
            yield Definition(name, FUNCTION, definition.line, definition.line)


def _one_per_name(definitions: Collection[Definition]) -> Iterator[Definition]:
    """Where the language lets several declarations be one thing: overloads, and a type beside a value of its name."""
    by_name: dict[str, list[Definition]] = {}
    for definition in definitions:
        by_name.setdefault(definition.qualname, []).append(definition)
    for same in by_name.values():
        values = [definition for definition in same if definition.kind not in _TYPES]
        if len(same) == 1:
            yield same[0]
        elif _are_overloads(same):
            yield _overloaded(same)
        elif len(values) == 1 and values[0].kind in _VALUES:
            yield values[0]
        else:
            yield from same


def _are_overloads(same: Sequence[Definition]) -> bool:
    """Signatures without a body, and at most one that has it."""
    bodies = sum(definition.body_digest != 0 for definition in same)
    return all(definition.kind == FUNCTION for definition in same) and bodies <= 1


def _overloaded(same: Sequence[Definition]) -> Definition:
    """One function, of which nobody can say what it takes and returns."""
    return same[0]._replace(
        end_line=same[-1].end_line,
        parameters=(Parameter("args", VAR_POSITIONAL),),
        is_async=False,
        returns=None,
        returns_unknown=True,
        body_digest=zlib.crc32(repr([definition.body_digest for definition in same]).encode()),
    )
