"""Definitions as others see them, once the whole file was met."""

from collections.abc import Collection, Iterator

from analysis.facts import CLASS, CONSTANT, FUNCTION, Definition, Export
from analysis.languages.typescript.scopes import MODULE, Scope


def assembled(
    definitions: Collection[Definition], scopes: Collection[Scope], exports: Collection[Export]
) -> tuple[Definition, ...]:
    """Without the constants that are the file's own, which become its variables, and with what only its end tells."""
    private = _private_constants(definitions, exports)
    for module in (scope for scope in scopes if scope.kind == MODULE):
        module.bound |= private
    public = [d for d in definitions if d.kind != CONSTANT or d.qualname not in private]
    unknown = {scope.qualname for scope in scopes if scope.returns_unknown and scope.is_named}
    unspelled = {scope.qualname for scope in scopes if scope.is_unspelled and scope.is_open}
    return tuple(
        definition._replace(
            returns_unknown=definition.qualname in unknown,
            bases=(*definition.bases, "?") if definition.qualname in unspelled else definition.bases,
        )
        for definition in (*public, *_unwritten_constructors(public))
    )


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
