"""Which class of ours a Python expression is an instance of, where the code says so.

What is known of a variable is its maker: the dotted name whose call, or whose annotation, gave its value. The maker
is a class, or a function that says what it returns or makes it in sight. "()" in a maker stands for the instance a
call gives: `Client().open`. "@" begins the name of a fixture that pytest fills a parameter from. Where one step is
not known, nothing is.
"""

import re
from dataclasses import dataclass, replace

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, Facts
from analysis.languages.python.classes import base_of, enclosing_class, member
from analysis.languages.python.fixtures import FIXTURE, fixture_named
from analysis.languages.python.modules import NoFile, module_file
from analysis.languages.python.names import dotted, module_of
from analysis.languages.python.signatures import is_plain
from analysis.resolution import UNKNOWN, Found, Resolution

_MAX_STEPS = 12
_CALLED = "()"
#: An annotation that is a class, or a class or None.
_RETURNS = re.compile(r"""["']?(?:(?:typing\.)?Optional\[)?([A-Za-z_][\w.]*)\]?(?:\s*\|\s*None)?["']?""")
#: What an annotation says a generator yields.
_YIELDS = re.compile(r"""["']?(?:[\w.]+\.)?(?:Async)?(?:Generator|Iterable|Iterator)\[\s*([A-Za-z_][\w.]*)""")
_OWN = frozenset({"self", "cls"})


@dataclass(frozen=True, slots=True)
class _View:
    """Where an expression stands. `me` is the class of `self`, which may be a subclass of the one around it."""

    graph: CodeGraph
    path: str
    scope: str
    me: Resolution = UNKNOWN
    steps: int = 0

    def onward(self, path: str, scope: str, me: Resolution) -> "_View":
        return _View(self.graph, path, scope, me, self.steps + 1)


def instance_made_by(graph: CodeGraph, path: str, maker: str, scope: str) -> Resolution:
    """The class of what calling `maker` gives."""
    return _made_by(_View(graph, path, scope, enclosing_class(graph, path, scope)), maker)


def instance_called(graph: CodeGraph, path: str, receiver: str, scope: str) -> Resolution:
    """The class of what a dotted name stands for: `self.client`, or a variable of a module."""
    return _receiver(_View(graph, path, scope, enclosing_class(graph, path, scope)), receiver)


def _made_by(view: _View, maker: str) -> Resolution:
    if view.steps > _MAX_STEPS:
        return UNKNOWN
    receiver, _, name = maker.rpartition(".")
    if not receiver and maker.startswith(FIXTURE):
        return _handed(view, maker.removeprefix(FIXTURE))
    owner = _receiver(view, receiver) if receiver else UNKNOWN
    if isinstance(owner, Found):
        return _given_by(view, member(view.graph, owner, name), owner)
    if _CALLED in receiver or receiver in _OWN:
        return UNKNOWN
    return _given_by(view, dotted(view.graph, view.path, maker, view.scope), UNKNOWN)


def _given_by(view: _View, maker: Resolution, owner: Resolution) -> Resolution:
    """The class itself, or what a function says or is seen to return."""
    if not isinstance(maker, Found) or maker.definition.kind == CLASS:
        return maker
    function = maker.definition
    if function.is_async or function.is_generator or not is_plain(function):
        return UNKNOWN
    there = view.onward(maker.path, function.qualname, owner)
    if function.returns:
        return _annotated(there, function.returns)
    return _made_by(there, function.makes) if function.makes else UNKNOWN


def _handed(view: _View, name: str) -> Resolution:
    """What the fixture of that name returns, or yields."""
    fixture = fixture_named(view.graph, view.path, name, view.scope)
    if fixture is None:
        return UNKNOWN
    function = fixture.definition
    there = view.onward(fixture.path, function.qualname, UNKNOWN)
    if function.returns:
        yielded = _YIELDS.match(function.returns) if function.is_generator else None
        return _annotated(there, yielded[1] if yielded else function.returns)
    return _made_by(there, function.makes) if function.makes else UNKNOWN


def _annotated(view: _View, annotation: str) -> Resolution:
    match = _RETURNS.fullmatch(annotation)
    if match is None:
        return UNKNOWN
    if match[1].rpartition(".")[2] == "Self":
        return view.me
    found = dotted(view.graph, view.path, match[1], view.scope)
    return found if isinstance(found, Found) and found.definition.kind == CLASS else UNKNOWN


def _receiver(view: _View, receiver: str) -> Resolution:
    if receiver.endswith(_CALLED):
        return _made_by(view, receiver.removesuffix(_CALLED))
    if receiver in _OWN:
        return view.me
    owner, _, name = receiver.rpartition(".")
    if not owner:
        return _variable(view, receiver)
    found = _receiver(view, owner)
    if isinstance(found, Found):
        return _attribute(view, found, name, found)
    file = module_of(view.graph, view.path, owner, view.scope)
    return _variable(view.onward(file, "", UNKNOWN), name) if isinstance(file, str) else UNKNOWN


def _attribute(view: _View, owner: Found, name: str, me: Found) -> Resolution:
    """What an attribute of the class, or of one of its bases, was made by; a property counts by what it returns."""
    facts = view.graph.facts(owner.path)
    if facts is None or view.steps > _MAX_STEPS:
        return UNKNOWN
    qualname = f"{owner.definition.qualname}.{name}"
    there = view.onward(owner.path, owner.definition.qualname, me)
    if qualname in facts.types:
        return _made_by(there, facts.types[qualname])
    if name in facts.bindings.get(owner.definition.qualname, ()):
        return UNKNOWN
    getter = next((each for each in facts.definitions if each.qualname == qualname), None)
    if getter:
        is_property = getter.decorators == ("property",) and getter.returns
        return _annotated(replace(there, scope=qualname), getter.returns or "") if is_property else UNKNOWN
    bases = (base_of(view.graph, owner, base) for base in owner.definition.bases)
    found = (_attribute(there, base, name, me) for base in bases if base)
    return next((each for each in found if isinstance(each, Found)), UNKNOWN)


def _variable(view: _View, name: str) -> Resolution:
    """A variable of the module, here or where it is imported from."""
    facts = view.graph.facts(view.path)
    if facts is None or view.steps > _MAX_STEPS:
        return UNKNOWN
    if name in facts.types:
        return _made_by(view.onward(view.path, "", UNKNOWN), facts.types[name])
    return _imported(view, facts, name)


def _imported(view: _View, facts: Facts, name: str) -> Resolution:
    found = [each for each in facts.imports if each.local == name and each.name and not each.guarded]
    if len(found) != 1 or name in facts.bindings.get("", ()):
        return UNKNOWN
    file = module_file(view.graph, view.path, found[0].module, found[0].level)
    if isinstance(file, NoFile):
        return UNKNOWN
    return _variable(view.onward(file, "", UNKNOWN), found[0].name or "")
