"""Python's arguments beyond their places and names, and which decorators leave a signature as it is written."""

from analysis.facts import (
    ASSIGNED,
    AWAITED,
    DEREFERENCED,
    DISCARDED,
    KEYWORD_ONLY,
    POSITIONAL_ONLY,
    VAR_KEYWORD,
    VAR_POSITIONAL,
    Call,
    Definition,
    Parameter,
)
from analysis.languages import passing, positions

#: Decorators after which a function or class is called as it is written. Matched by the last part of the dotted name.
_TRANSPARENT = frozenset(
    {
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "classmethod",
        "contextmanager",
        "deprecated",
        "final",
        "implementer",
        "lru_cache",
        "override",
        "runtime_checkable",
        "staticmethod",
        "total_ordering",
    }
)
#: Words of a return annotation that may be awaited.
_AWAITABLE = ("Awaitable", "Coroutine", "Future", "Task", "Any", "object")


def is_plain(definition: Definition) -> bool:
    """Whether a call of the name passes its arguments straight to this definition."""
    return all(decorator.rpartition(".")[2] in _TRANSPARENT for decorator in definition.decorators)


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """An argument that fits both signatures but now means another parameter, or has none of its own any more."""
    return positions.reordered(before, after, call, implicit) or _swallowed(before, after, call, implicit)


def _swallowed(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """An argument whose parameter is gone, so that it falls into the `*args` or `**kwargs` that was there before."""
    old, new = positions.positional_names(before, implicit), positions.positional_names(after, implicit)
    gone = {parameter.name for parameter in before.parameters} - {parameter.name for parameter in after.parameters}
    beyond = old[len(new) : call.positional]
    if beyond and beyond[0] in gone and passing.has(before.parameters, VAR_POSITIONAL):
        return f"passes {beyond[0]!r}, which is no parameter of its own now"
    renamed = passing.has(before.parameters, VAR_KEYWORD) and len(before.parameters) == len(after.parameters)
    swallowed = [keyword for keyword in call.keywords if keyword in gone] if renamed else []
    return f"passes {swallowed[0]!r}, which is no parameter of its own now" if swallowed else None


def asynchronous(before: Definition, after: Definition, usage: str) -> str:
    """What is wrong with a call whose function became a coroutine, or no longer is one; empty when nothing is."""
    if after.is_async:
        is_named = usage == ASSIGNED and not _may_give_awaitable(before)
        return "does not await it" if usage in (DISCARDED, DEREFERENCED) or is_named else ""
    return "awaits it" if usage == AWAITED and not _may_give_awaitable(after) else ""


def _may_give_awaitable(function: Definition) -> bool:
    if function.returns is None:
        return function.returns_unknown
    return any(word in function.returns for word in _AWAITABLE)


def shown(definition: Definition) -> str:
    """The signature as a person would write it, without annotations of parameters."""
    parts: list[str] = []
    for parameter in definition.parameters:
        if parameter.kind == KEYWORD_ONLY and not any(part.startswith("*") for part in parts):
            parts.append("*")
        if parameter.kind != POSITIONAL_ONLY and _last_is_positional_only(definition, parts, parameter):
            parts.append("/")
        parts.append(_shown_parameter(parameter))
    if definition.parameters and definition.parameters[-1].kind == POSITIONAL_ONLY:
        parts.append("/")
    returns = f" -> {definition.returns}" if definition.returns else ""
    prefix = "async def" if definition.is_async else "def"
    return f"{prefix} {definition.name}({', '.join(parts)}){returns}"


def _last_is_positional_only(definition: Definition, parts: list[str], parameter: Parameter) -> bool:
    index = definition.parameters.index(parameter)
    return bool(parts) and "/" not in parts and definition.parameters[index - 1].kind == POSITIONAL_ONLY


def _shown_parameter(parameter: Parameter) -> str:
    stars = {VAR_POSITIONAL: "*", VAR_KEYWORD: "**"}.get(parameter.kind, "")
    return f"{stars}{parameter.name}{'=…' if parameter.has_default else ''}"
