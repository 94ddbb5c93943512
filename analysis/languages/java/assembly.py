"""Definitions of a Java file as others see them, once the whole file was met.

Functions of one name in one class become one definition that knows what each of them takes: a caller names it, and
the compiler finds the one that fits. What the language adds unwritten is added: constructors, a record's accessors.
"""

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence

from analysis.facts import CLASS, FUNCTION, STATIC, Definition, Parameter
from analysis.languages.java.definitions import ABSTRACT, RECORD
from analysis.languages.java.values import CALLED

NEW = "new"


def assembled(
    definitions: Collection[Definition], components: Mapping[str, tuple[Parameter, ...]], *, is_unspelled: bool
) -> tuple[Definition, ...]:
    """`components` of records, by qualified name. `is_unspelled`: the compiler adds members that nobody wrote."""
    by_name: dict[str, list[Definition]] = {}
    for definition in definitions:
        by_name.setdefault(definition.qualname, []).append(definition)
    added = [*_of_records(by_name, components), *([] if is_unspelled else _makers(by_name))]
    for definition in added:
        by_name.setdefault(definition.qualname, []).append(definition)
    told = [each for same in by_name.values() for each in _one_per_name(same)]
    return tuple(_with_unknown_base(each) for each in told) if is_unspelled else tuple(told)


def _one_per_name(same: Sequence[Definition]) -> Sequence[Definition]:
    are_overloads = len(same) > 1 and all(definition.kind == FUNCTION for definition in same)
    return [_overloaded(same)] if are_overloads else same


def _overloaded(same: Sequence[Definition]) -> Definition:
    widest = max(same, key=lambda each: each.openness)
    common = [word for word in (STATIC, ABSTRACT) if all(word in each.decorators for each in same)]
    makes, returns = {each.makes for each in same}, {each.returns for each in same}
    return same[0]._replace(
        end_line=same[-1].end_line,
        decorators=(*(word for word in widest.decorators if word not in (STATIC, ABSTRACT)), *common),
        makes=makes.pop() if len(makes) == 1 else "",
        returns=returns.pop() if len(returns) == 1 else None,
        body_digest=zlib.crc32(repr([each.body_digest for each in same]).encode()),
        overloads=tuple(each.parameters for each in same),
        throws=tuple(each.throws[0] if each.throws else () for each in same)
        if any(each.throws for each in same)
        else (),
    )


def _of_records(
    by_name: Mapping[str, Sequence[Definition]], components: Mapping[str, tuple[Parameter, ...]]
) -> Iterator[Definition]:
    """The constructor that takes all components, and an accessor for each."""
    for qualname, parts in components.items():
        record, name = by_name[qualname][0], f"{qualname}.{NEW}"
        added = Definition(name, FUNCTION, record.line, record.line, conditional=record.conditional)
        if not any(_types(made.parameters) == _types(parts) for made in by_name.get(name, ())):
            yield added._replace(parameters=parts)
        for part in parts:
            if (accessor := f"{qualname}.{part.name}{CALLED}") not in by_name:
                yield added._replace(qualname=accessor, returns=part.type or None, makes=part.type)


def _makers(by_name: Mapping[str, Sequence[Definition]]) -> Iterator[Definition]:
    """A class without a constructor has one that takes nothing; as many can reach it as the class."""
    for klass in (each for same in by_name.values() for each in same):
        name = f"{klass.qualname}.{NEW}"
        if klass.kind == CLASS and RECORD not in klass.decorators and not klass.conditional and name not in by_name:
            words = tuple(word for word in klass.decorators if word not in (STATIC, ABSTRACT))
            yield Definition(name, FUNCTION, klass.line, klass.line, decorators=words)


def _types(parameters: Sequence[Parameter]) -> list[str]:
    return [parameter.type for parameter in parameters]


def _with_unknown_base(definition: Definition) -> Definition:
    return definition._replace(bases=(*definition.bases, "?")) if definition.kind != FUNCTION else definition
