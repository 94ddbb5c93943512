"""Python's rules of passing arguments, and which decorators leave a signature as it is written."""

from collections.abc import Sequence

from analysis.facts import (
    ASSIGNED,
    AWAITED,
    DEREFERENCED,
    DISCARDED,
    KEYWORD_ONLY,
    POSITIONAL,
    POSITIONAL_ONLY,
    VAR_KEYWORD,
    VAR_POSITIONAL,
    Call,
    Definition,
    Parameter,
)
from analysis.languages import positions

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


def mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """Why the call does not fit, as the end of a sentence about the call; None when it does or cannot be judged.

    `implicit` leading parameters are passed by Python itself.
    """
    if call.open_ended:
        return None
    parameters = definition.parameters[implicit:]
    positional = [parameter for parameter in parameters if parameter.kind in (POSITIONAL_ONLY, POSITIONAL)]
    if call.positional > len(positional) and not _has(parameters, VAR_POSITIONAL):
        return f"passes {call.positional} positional arguments where {len(positional)} are taken"
    given = {parameter.name for parameter in positional[: call.positional]}
    by_keyword = {
        parameter.name: parameter for parameter in parameters if parameter.kind in (POSITIONAL, KEYWORD_ONLY)
    }
    for keyword in call.keywords:
        if keyword in given and keyword in by_keyword:
            return f"passes {keyword!r} twice"
        if keyword not in by_keyword and not _has(parameters, VAR_KEYWORD):
            return f"passes {keyword!r}, which is not a parameter"
    given.update(call.keywords)
    absent = [parameter.name for parameter in parameters if _is_required(parameter) and parameter.name not in given]
    return f"does not pass {', '.join(map(repr, absent))}" if absent else None


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """An argument that fits both signatures but now means another parameter, or has none of its own any more."""
    return positions.reordered(before, after, call, implicit) or _swallowed(before, after, call, implicit)


def _swallowed(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """An argument whose parameter is gone, so that it falls into the `*args` or `**kwargs` that was there before."""
    old, new = positions.positional_names(before, implicit), positions.positional_names(after, implicit)
    gone = {parameter.name for parameter in before.parameters} - {parameter.name for parameter in after.parameters}
    beyond = old[len(new) : call.positional]
    if beyond and beyond[0] in gone and _has(before.parameters, VAR_POSITIONAL):
        return f"passes {beyond[0]!r}, which is no parameter of its own now"
    renamed = _has(before.parameters, VAR_KEYWORD) and len(before.parameters) == len(after.parameters)
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


def _has(parameters: Sequence[Parameter], kind: int) -> bool:
    return any(parameter.kind == kind for parameter in parameters)


def _is_required(parameter: Parameter) -> bool:
    return not parameter.has_default and parameter.kind not in (VAR_POSITIONAL, VAR_KEYWORD)


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
