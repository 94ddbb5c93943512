"""Java's rules of passing arguments, as far as the text of a call tells what it passes.

Types are compared only where the answer is certain: those of primitives, of their boxes and of String are known with
all they can stand for. Whether one class of the repository can stand for another is not asked.
"""

from collections.abc import Sequence

from analysis.facts import CONSTANT, KEPT, VAR_POSITIONAL, Call, Definition, Parameter
from analysis.languages import positions
from analysis.languages.java.types import ARRAY

_BOXES = {
    "byte": "Byte", "short": "Short", "char": "Character", "int": "Integer", "long": "Long", "float": "Float",
    "double": "Double", "boolean": "Boolean",
}  # fmt: skip
_UNBOXED = {box: primitive for primitive, box in _BOXES.items()}
_WIDER = {
    "byte": ("short", "int", "long", "float", "double"),
    "short": ("int", "long", "float", "double"),
    "char": ("int", "long", "float", "double"),
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
}
_VALUES = frozenset({"Object", "Serializable", "Comparable", "Constable", "ConstantDesc"})
#: What the value of a type may be passed as, beside itself; the types are final, so this is all.
_SUPERTYPES = {box: _VALUES | {"Number"} for box in _UNBOXED} | {"String": _VALUES | {"CharSequence"}}
_OF_ARRAYS = frozenset({"Object", "Cloneable", "Serializable"})
_NOTHING, _FUNCTION = "null", "->"
VOID = "void"


def is_plain(_definition: Definition) -> bool:
    """Annotations do not change what a call passes."""
    return True


def mismatch(definition: Definition, call: Call, _implicit: int) -> str | None:
    """Why the call fits none of the signatures, as the end of a sentence; None when it fits one, or may."""
    if call.open_ended:
        return None
    problems = [_problem(parameters, call) for parameters in signatures(definition)]
    if None in problems:
        return None
    return problems[0] if len(problems) == 1 else f"passes {_arguments(call.positional)} that none of its forms takes"


def meant(definition: Definition, call: Call) -> list[int]:
    """Which of its signatures the call may mean; the one that is written as it passes, wherever there is one."""
    forms = signatures(definition)
    exact = [index for index, parameters in enumerate(forms) if is_exact(parameters, call)]
    return exact or [index for index, form in enumerate(forms) if call.open_ended or _problem(form, call) is None]


def is_exact(parameters: Sequence[Parameter], call: Call) -> bool:
    """Whether no other signature can suit the call better: its types are those that are passed."""
    is_variable = bool(parameters) and parameters[-1].kind == VAR_POSITIONAL
    given = call.types or ("",) * call.positional
    is_known = all(given) and not (is_variable or call.open_ended)
    return is_known and given == tuple(parameter.type for parameter in parameters)


def takes(definition: Definition, call: Call) -> bool:
    return mismatch(definition, call, 0) is None


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """Of several forms nobody can say which one the call meant."""
    return None if before.overloads or after.overloads else positions.reordered(before, after, call, implicit)


def signatures(definition: Definition) -> Sequence[tuple[Parameter, ...]]:
    return definition.overloads or (definition.parameters,)


def asynchronous(_before: Definition, _after: Definition, _usage: str) -> str:
    """Java has no word for it."""
    return ""


def returned(before: Definition, after: Definition, usage: str) -> str:
    """What is wrong with a call of what gives nothing back any more."""
    is_void = before.returns != VOID and after.returns == VOID
    return "takes a result of it, which gives none" if is_void and usage == KEPT else ""


def _problem(parameters: Sequence[Parameter], call: Call) -> str | None:
    is_variable = bool(parameters) and parameters[-1].kind == VAR_POSITIONAL
    absent = parameters[call.positional : len(parameters) - is_variable]
    if absent:
        return f"does not pass {', '.join(repr(parameter.name) for parameter in absent)}"
    if call.positional > len(parameters) and not is_variable:
        return f"passes {_arguments(call.positional)} where {len(parameters)} are taken"
    return _wrong_type(parameters, call)


def _wrong_type(parameters: Sequence[Parameter], call: Call) -> str | None:
    for position, given in enumerate(call.types):
        parameter = parameters[min(position, len(parameters) - 1)]
        taken = [parameter.type]
        if parameter.kind == VAR_POSITIONAL:
            element = parameter.type.removesuffix(ARRAY)
            taken = [element, parameter.type] if call.positional == len(parameters) else [element]
        if not any(fits(given, each) for each in taken):
            return f"passes {_shown(given)} as {parameter.name!r}, which is {_shown(taken[0])}"
    return None


def fits(given: str, taken: str) -> bool:
    """Whether a value of the one type may be passed as the other; where nobody can tell, it may."""
    if not (given and taken) or given.rpartition(".")[2] == taken.rpartition(".")[2]:
        return True
    if given == _NOTHING:
        return taken not in _BOXES
    if given.endswith(ARRAY):
        return _array_fits(given.removesuffix(ARRAY), taken)
    if given in _BOXES or given in _SUPERTYPES:
        return taken in _passed_as(given)
    return not (taken in _BOXES or taken in _SUPERTYPES or taken.endswith(ARRAY))


def _passed_as(given: str) -> frozenset[str]:
    """Of a primitive, a box or String: all other types it fits."""
    primitive = given if given in _BOXES else _UNBOXED.get(given, "")
    box = _BOXES.get(primitive, given)
    return _SUPERTYPES[box].union({box, primitive}, _WIDER.get(primitive, ()))


def _array_fits(element: str, taken: str) -> bool:
    if not taken.endswith(ARRAY):
        return taken in _OF_ARRAYS
    other = taken.removesuffix(ARRAY)
    if element in _BOXES or other in _BOXES:
        return element == other
    return fits(element, other)


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _shown(type_: str) -> str:
    if type_ == _FUNCTION:
        return "a function"
    return type_ if type_ == _NOTHING else f"{'an' if type_[:1] in 'aeiouAEIOU' else 'a'} {type_}"


def shown(definition: Definition) -> str:
    """The signature as a person would write it; of several forms, all."""
    if definition.kind == CONSTANT:
        return f"{definition.returns or ''} {definition.name}".strip()
    if definition.kind != "function":
        return f"{definition.kind} {definition.name}"
    returns = f"{definition.returns} " if definition.returns else ""
    name = definition.name.removesuffix("()")
    forms = [", ".join(map(_shown_parameter, parameters)) for parameters in signatures(definition)]
    thrown = [f" throws {', '.join(names)}" if names else "" for names in definition.throws] or [""] * len(forms)
    return "; ".join(f"{returns}{name}({form}){clause}" for form, clause in zip(forms, thrown, strict=True))


def _shown_parameter(parameter: Parameter) -> str:
    type_ = parameter.type
    if parameter.kind == VAR_POSITIONAL:
        type_ = f"{type_.removesuffix(ARRAY)}..."
    return f"{type_} {parameter.name}".strip()
