"""Arguments by place and by name: which of them a definition does not take, and which parameters lack one."""

from collections.abc import Sequence

from analysis.facts import (
    KEYWORD_ONLY,
    POSITIONAL,
    POSITIONAL_ONLY,
    VAR_KEYWORD,
    VAR_POSITIONAL,
    Call,
    Definition,
    Parameter,
)


def mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """Why the call does not fit, as the end of a sentence about the call; None when it does or cannot be judged.

    `implicit` leading parameters are passed by the language itself.
    """
    if call.open_ended:
        return None
    parameters = definition.parameters[implicit:]
    positional = [parameter for parameter in parameters if parameter.kind in (POSITIONAL_ONLY, POSITIONAL)]
    if call.positional > len(positional) and not has(parameters, VAR_POSITIONAL):
        return f"passes {call.positional} positional arguments where {len(positional)} are taken"
    given = {parameter.name for parameter in positional[: call.positional]}
    by_keyword = {
        parameter.name: parameter for parameter in parameters if parameter.kind in (POSITIONAL, KEYWORD_ONLY)
    }
    for keyword in call.keywords:
        if keyword in given and keyword in by_keyword:
            return f"passes {keyword!r} twice"
        if keyword not in by_keyword and not has(parameters, VAR_KEYWORD):
            return f"passes {keyword!r}, which is not a parameter"
    given.update(call.keywords)
    absent = [parameter.name for parameter in parameters if _is_required(parameter) and parameter.name not in given]
    return f"does not pass {', '.join(map(repr, absent))}" if absent else None


def has(parameters: Sequence[Parameter], kind: int) -> bool:
    return any(parameter.kind == kind for parameter in parameters)


def _is_required(parameter: Parameter) -> bool:
    return not parameter.has_default and parameter.kind not in (VAR_POSITIONAL, VAR_KEYWORD)
