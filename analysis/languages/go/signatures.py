"""Go's rules of passing arguments and taking results. A call that compiled fits the signature it was written for."""

from analysis.facts import DISCARDED, FUNCTION, KEPT, VAR_POSITIONAL, Call, Definition
from analysis.languages import positions
from analysis.languages.go.calls import SPREAD
from analysis.languages.go.definitions import NOTHING


def mismatch(definition: Definition, call: Call, _implicit: int) -> str | None:
    """Why the call does not fit, as the end of a sentence about the call; None when it does or cannot be judged."""
    if call.open_ended or definition.kind != FUNCTION:
        return None
    needed = _fixed(definition)
    if SPREAD in call.keywords:
        return _spread_wrongly(definition, call)
    if call.positional > len(needed) and not _is_variadic(definition):
        return f"passes {_counted(call.positional, 'argument')} where {len(needed)} are taken"
    absent = needed[call.positional :]
    return f"does not pass {', '.join(map(repr, absent))}" if absent else None


def _spread_wrongly(definition: Definition, call: Call) -> str | None:
    """A list is handed on as the variadic parameter as it is, so exactly the others come before it."""
    if not _is_variadic(definition):
        return "hands on a list where none is taken"
    count = len(_fixed(definition))
    is_right = call.positional == count
    return (
        None if is_right else f"passes {_counted(call.positional, 'argument')} before its list where {count} are taken"
    )


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """What else is wrong with a call. `f(g())` passed as many arguments as were taken, or it had not compiled."""
    if call.open_ended:
        handed_on = Call(len(before.parameters), usage=call.usage)
        return None if _is_variadic(before) else _misfit(before, after, handed_on, implicit)
    # What went into a variadic parameter may be what the new one before it takes.
    fits_closely = call.positional <= len(_fixed(before))
    return positions.reordered(before, after, call, implicit) if fits_closely else None


def _misfit(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    return mismatch(after, call, implicit) or positions.reordered(before, after, call, implicit)


def returned(before: Definition, after: Definition, usage: str) -> str:
    """What is wrong with a call whose function gives another number of results; empty when nothing is."""
    was, now = _results(before), _results(after)
    if usage == DISCARDED or was == now:
        return ""
    if usage == KEPT:
        return "" if now else "takes a result of it, which gives none"
    return f"takes {_counted(int(usage), 'result')} of {now}" if int(usage) == was else ""


def _results(function: Definition) -> int:
    return len(function.makes.split(",")) if function.makes else 0


def _fixed(definition: Definition) -> list[str]:
    return [parameter.name for parameter in definition.parameters if parameter.kind != VAR_POSITIONAL]


def _is_variadic(definition: Definition) -> bool:
    return any(parameter.kind == VAR_POSITIONAL for parameter in definition.parameters)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def shown(definition: Definition) -> str:
    """The signature as a person would write it, without the types of parameters."""
    if definition.kind != FUNCTION:
        return f"{definition.kind} {definition.name}"
    dots = {VAR_POSITIONAL: "..."}
    parameters = ", ".join(f"{dots.get(each.kind, '')}{each.name}" for each in definition.parameters)
    returns = f" {definition.returns}" if definition.returns and definition.returns != NOTHING else ""
    return f"func {definition.name}({parameters}){returns}"
