"""TypeScript's rules of passing arguments, and JavaScript's, which ignores what is too much."""

from collections.abc import Sequence

from analysis.facts import CHAINED, DEREFERENCED, DISCARDED, VAR_POSITIONAL, Call, Definition, Parameter

_ACCESSORS = frozenset({"get", "set"})
#: Words of a return type that may be a promise.
_AWAITABLE = ("Promise", "Thenable", "any", "unknown")


def is_plain(definition: Definition) -> bool:
    """Whether a call of the name passes its arguments straight to this definition."""
    return not any(word in _ACCESSORS or word.startswith("@") for word in definition.decorators)


def mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """Why the call does not fit, as the end of a sentence about the call; None when it does or cannot be judged."""
    if call.open_ended:
        return None
    if call.positional > len(definition.parameters) and not _has_rest(definition.parameters):
        return f"passes {_arguments(call.positional)} where {len(definition.parameters)} are taken"
    return lacking(definition, call, implicit)


def lacking(definition: Definition, call: Call, _implicit: int) -> str | None:
    """The same for a caller in JavaScript: only what it does not pass can hurt."""
    if call.open_ended:
        return None
    absent = [
        repr(parameter.name) for parameter in definition.parameters[call.positional :] if _is_required(parameter)
    ]
    return f"does not pass {', '.join(absent)}" if absent else None


def asynchronous(before: Definition, after: Definition, usage: str) -> str:
    """What is wrong with a call whose function became asynchronous, or no longer is; empty when nothing is.

    A function without a declared type, or with one that says so, may have returned a promise before it said `async`.
    """
    if after.is_async:
        may_be_as_before = _gives_promise(before)
        return "does not await it" if usage in (DISCARDED, DEREFERENCED) and not may_be_as_before else ""
    return "takes a promise from it" if usage == CHAINED and not _gives_promise(after) else ""


def _gives_promise(definition: Definition) -> bool:
    """Whether one that is not async may do so."""
    if definition.returns is None:
        return definition.returns_unknown
    return any(word in definition.returns for word in _AWAITABLE)


def _has_rest(parameters: Sequence[Parameter]) -> bool:
    return any(parameter.kind == VAR_POSITIONAL for parameter in parameters)


def _is_required(parameter: Parameter) -> bool:
    return not parameter.has_default and parameter.kind != VAR_POSITIONAL


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def shown(definition: Definition) -> str:
    """The signature as a person would write it, without the types of parameters."""
    if definition.kind != "function":
        return f"{definition.kind} {definition.name}"
    parameters = ", ".join(map(_shown_parameter, definition.parameters))
    returns = f": {definition.returns}" if definition.returns else ""
    promises = "async " if definition.is_async and not returns else ""
    return f"{promises}{definition.name}({parameters}){returns}"


def _shown_parameter(parameter: Parameter) -> str:
    if parameter.kind == VAR_POSITIONAL:
        return f"...{parameter.name}"
    return f"{parameter.name}{'?' if parameter.has_default else ''}"
