"""Python's rules of passing arguments, and which decorators leave a signature as it is written."""

from collections.abc import Sequence

from analysis.facts import (
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

#: Decorators after which the function is called as it is written. Matched by the last part of the dotted name.
_TRANSPARENT = frozenset(
    {
        "abstractmethod",
        "asynccontextmanager",
        "cache",
        "classmethod",
        "contextmanager",
        "deprecated",
        "final",
        "lru_cache",
        "override",
        "staticmethod",
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


def asynchronous(_before: Definition, after: Definition, usage: str) -> str:
    """What is wrong with a call whose function became a coroutine, or no longer is one; empty when nothing is."""
    if after.is_async:
        return "does not await it" if usage in (DISCARDED, DEREFERENCED) else ""
    returns = after.returns
    gives_awaitable = after.returns_unknown if returns is None else any(word in returns for word in _AWAITABLE)
    return "awaits it" if usage == AWAITED and not gives_awaitable else ""


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
