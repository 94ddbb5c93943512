"""Whether a call fits what a definition takes, where arguments go by place or by name."""

from analysis.facts import (
    FUNCTION,
    KEYWORD_ONLY,
    POSITIONAL,
    POSITIONAL_ONLY,
    VAR_KEYWORD,
    VAR_POSITIONAL,
    Call,
    Definition,
    Parameter,
)
from analysis.languages import passing, positions
from analysis.languages.outline.assembly import OVERLOADED, UNREADABLE

#: How a modifier begins that may give the function another signature.
_REWRITES = "#"


def is_plain(definition: Definition) -> bool:
    """Whether a call of the name passes its arguments straight to this definition."""
    return not any(word.startswith(_REWRITES) for word in definition.decorators)


def mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """Why the call does not fit, as the end of a sentence about the call; None when it does or nobody can know."""
    if OVERLOADED in definition.decorators and call.keywords:
        return None
    return passing.mismatch(definition, call, implicit)


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """An argument that fits both but now means another parameter; not told of overloads, whose types would say."""
    if OVERLOADED in (*before.decorators, *after.decorators):
        return None
    return positions.reordered(before, after, call, implicit)


def shown(definition: Definition) -> str:
    """The signature, without types, the same way for every language."""
    if definition.kind != FUNCTION:
        return f"{definition.kind} {definition.name}"
    if OVERLOADED in definition.decorators:
        return f"{definition.name}({_numbers(definition)})"
    told = (each for each in definition.parameters if each.name != UNREADABLE[0].name)
    return f"{definition.name}({', '.join(map(_parameter, told))})"


def _numbers(definition: Definition) -> str:
    listed = [each for each in definition.parameters if each.kind != VAR_POSITIONAL]
    least = sum(not each.has_default for each in listed)
    most = str(len(listed)) if len(listed) == len(definition.parameters) else "any number of"
    return f"{most} arguments" if most == str(least) else f"{least} to {most} arguments"


def _parameter(parameter: Parameter) -> str:
    shape = {
        POSITIONAL: "{}", POSITIONAL_ONLY: "{}", KEYWORD_ONLY: "{}:", VAR_POSITIONAL: "...{}", VAR_KEYWORD: "**{}",
    }[parameter.kind]  # fmt: skip
    name = shape.format(parameter.name or "_")
    return f"{name}=…" if parameter.has_default else name
