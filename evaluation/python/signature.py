"""Parameters of a Python function, and where the arguments of a call land in them. The judge is `inspect`."""

import ast
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from inspect import _ParameterKind

from evaluation.python.source import File, Place
from evaluation.python.witness import Call

Kind = _ParameterKind
POSITIONAL_ONLY, POSITIONAL = Kind.POSITIONAL_ONLY, Kind.POSITIONAL_OR_KEYWORD
VAR_POSITIONAL, KEYWORD_ONLY, VAR_KEYWORD = Kind.VAR_POSITIONAL, Kind.KEYWORD_ONLY, Kind.VAR_KEYWORD


@dataclass(frozen=True, slots=True)
class Parameter:
    """`text` is what stands in the source; `means` tells which one it was before a mutation, whatever its name is."""

    name: str
    kind: Kind
    has_default: bool
    text: str
    means: str = field(default="")

    @property
    def is_passed_by_position(self) -> bool:
        return self.kind in (POSITIONAL_ONLY, POSITIONAL)


def parameters_of(place: Place) -> tuple[Parameter, ...]:
    if not place.function:
        return ()
    file, arguments = place.file, place.function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    only = len(arguments.posonlyargs)
    found = [
        _parameter(file, argument, default, POSITIONAL_ONLY if index < only else POSITIONAL)
        for index, (argument, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if arguments.vararg:
        found.append(_parameter(file, arguments.vararg, None, VAR_POSITIONAL))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(_parameter(file, argument, default, KEYWORD_ONLY))
    if arguments.kwarg:
        found.append(_parameter(file, arguments.kwarg, None, VAR_KEYWORD))
    return tuple(found)


def _parameter(file: File, argument: ast.arg, default: ast.expr | None, kind: Kind) -> Parameter:
    end = file.end_of(default) if default else file.end_of(argument)
    text = file.content[file.start_of(argument) : end].decode()
    if default and text.count("(") > text.count(")"):  # the default stands in brackets that `ast` leaves out
        text += ")"
    return Parameter(argument.arg, kind, default is not None, text, argument.arg)


def written(parameters: Sequence[Parameter], separator: str = ", ") -> str:
    """The list as it stands between the brackets of a `def`."""
    parts: list[str] = []
    for index, parameter in enumerate(parameters):
        before = parameters[index - 1].kind if index else None
        if before is POSITIONAL_ONLY and parameter.kind is not POSITIONAL_ONLY:
            parts.append("/")
        if parameter.kind is KEYWORD_ONLY and before not in (KEYWORD_ONLY, VAR_POSITIONAL):
            parts.append("*")
        stars = {VAR_POSITIONAL: "*", VAR_KEYWORD: "**"}.get(parameter.kind, "")
        parts.append(stars + parameter.text)
    if parameters and parameters[-1].kind is POSITIONAL_ONLY:
        parts.append("/")
    return separator.join(parts)


def landing(parameters: Sequence[Parameter], call: Call, implicit: int) -> dict[str, str] | None:
    """Which parameter each argument of the call means; None when Python refuses the call.

    `implicit` leading parameters are passed by Python itself. The call must not be open-ended.
    """
    signature = inspect.Signature(
        [
            inspect.Parameter(each.name, each.kind, default=None if each.has_default else inspect.Parameter.empty)
            for each in parameters
        ]
    )
    given = [*(f"implicit {index}" for index in range(implicit)), *(f"argument {i}" for i in range(call.positional))]
    try:
        bound = signature.bind(*given, **{keyword: f"keyword {keyword}" for keyword in call.keywords})
    except TypeError:
        return None
    means = {each.name: each.means for each in parameters}
    landed: dict[str, str] = {}
    for name, values in bound.arguments.items():
        many = values if isinstance(values, tuple) else values.values() if isinstance(values, dict) else (values,)
        landed |= dict.fromkeys(many, means[name])
    return landed


def breaks(before: Sequence[Parameter], after: Sequence[Parameter], call: Call, implicit: int) -> bool | None:
    """Whether a call that was right is refused now, or means something else. None: its arguments are not all seen."""
    if call.open_ended:
        return None
    was = landing(before, call, implicit)
    return was is not None and landing(after, call, implicit) != was
