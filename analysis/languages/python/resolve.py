"""Follow a Python reference to its definition, through imports, re-exports and base classes.

Every step has three answers. `Missing` is only said of a file that was fully read and spells out all its names;
wherever a name might come from somewhere else the answer is `Unknown`.
"""

from dataclasses import replace

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, Definition, Facts, Import, Reference
from analysis.languages.python.modules import NoFile, module_file, submodule
from analysis.resolution import UNKNOWN, Found, Missing, Resolution, Tier

_MAX_HOPS = 12
_ATTRIBUTE_HOOKS = ("__getattr__", "__getattribute__")


def resolve(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """The definition a reference leads to; a call of a class leads to its `__init__` where it has one of ours."""
    found = _target(graph, path, reference)
    if reference.call and isinstance(found, Found) and found.definition.kind == CLASS:
        return _constructor(graph, found)
    return found


def resolve_import(graph: CodeGraph, path: str, imported: Import, hops: int = 0) -> Resolution:
    """What `from module import name` binds."""
    file = module_file(graph, path, imported.module, imported.level)
    if isinstance(file, NoFile):
        return Missing(imported.module) if file is NoFile.GONE else UNKNOWN
    if imported.name is None or imported.name == "*":
        return UNKNOWN
    found = lookup(graph, file, imported.name, hops + 1)
    if isinstance(found, Found) and found.tier is Tier.SAME_FILE:
        return replace(found, tier=Tier.IMPORT)
    return replace(found, tier=Tier.REEXPORT) if isinstance(found, Found) else found


def lookup(graph: CodeGraph, path: str, name: str, hops: int = 0) -> Resolution:
    """The top-level name of a module."""
    facts = graph.facts(path)
    if facts is None or hops > _MAX_HOPS or name.startswith("__"):
        return UNKNOWN
    definitions = [definition for definition in facts.definitions if definition.qualname == name]
    imports = [imported for imported in facts.imports if imported.local == name and not imported.scope]
    if name in facts.bindings.get("", ()) or len(definitions) + len(imports) > 1 or submodule(graph, path, name):
        return UNKNOWN
    if definitions:
        return UNKNOWN if definitions[0].conditional else Found(path, definitions[0], Tier.SAME_FILE)
    if imports:
        return resolve_import(graph, path, imports[0], hops)
    return _through_stars(graph, path, facts, name, hops)


def _through_stars(graph: CodeGraph, path: str, facts: Facts, name: str, hops: int) -> Resolution:
    if facts.dynamic:
        return UNKNOWN
    for star in (imported for imported in facts.imports if imported.name == "*"):
        found = resolve_import(graph, path, star._replace(name=name), hops)
        if not isinstance(found, Missing):
            return found
    return Missing(path)


def _target(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    match reference.receiver:
        case "":
            return _name(graph, path, reference.name, reference.scope)
        case "?":
            return _on_instance(graph, path, reference)
        case "self" | "cls":
            owner = _enclosing_class(graph, path, reference.scope)
            return _member(graph, owner, reference, through_class=reference.receiver == "cls")
        case "super()":
            return _on_base(graph, path, reference)
    return _on_name(graph, path, reference)


def _name(graph: CodeGraph, path: str, name: str, scope: str) -> Resolution:
    """A plain name, as seen from a scope of the file."""
    local = _imports_in_scope(graph, path, name, scope)
    if local:
        return resolve_import(graph, path, local[0]) if len(local) == 1 else UNKNOWN
    return lookup(graph, path, name)


def _imports_in_scope(graph: CodeGraph, path: str, name: str, scope: str) -> list[Import]:
    """Imports of the name inside the functions around the scope."""
    facts = graph.facts(path)
    if not scope or facts is None:
        return []
    return [
        imported
        for imported in facts.imports
        if imported.scope and imported.local == name and f"{scope}.".startswith(f"{imported.scope}.")
    ]


def _on_instance(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    if not reference.receiver_type:
        return UNKNOWN
    owner = _dotted(graph, path, reference.receiver_type, reference.scope)
    found = _member(graph, owner, reference, through_class=False)
    return replace(found, tier=Tier.INSTANCE) if isinstance(found, Found) else found


def _on_name(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`module.name` or `Class.name`."""
    file = _module_of(graph, path, reference.receiver, reference.scope)
    if isinstance(file, Missing):
        return file
    if file:
        found = lookup(graph, file, reference.name)
        return replace(found, tier=Tier.IMPORT) if isinstance(found, Found) else found
    owner = _dotted(graph, path, reference.receiver, reference.scope)
    return _member(graph, owner, reference, through_class=True)


def _dotted(graph: CodeGraph, path: str, dotted: str, scope: str) -> Resolution:
    """A class by its dotted name."""
    receiver, _, name = dotted.rpartition(".")
    if not receiver:
        return _name(graph, path, name, scope)
    file = _module_of(graph, path, receiver, scope)
    return lookup(graph, file, name) if isinstance(file, str) else UNKNOWN


def _module_of(graph: CodeGraph, path: str, receiver: str, scope: str) -> str | Missing | None:
    """The file of the module a dotted receiver names; None when it is no module of ours."""
    facts = graph.facts(path)
    head, _, rest = receiver.partition(".")
    if facts is None or head in facts.bindings.get("", ()):
        return None
    imports = _imports_in_scope(graph, path, head, scope) or [
        imported for imported in facts.imports if imported.local == head and not imported.scope
    ]
    if not imports or any(imported.guarded for imported in imports):
        return None
    modules = {_module_name(imported, receiver, rest) for imported in imports} - {None}
    for module, level in sorted(module for module in modules if module):
        file = module_file(graph, path, module, level)
        if isinstance(file, str):
            return file
        if file is NoFile.GONE and len(imports) == 1 and imports[0].name is None:
            return Missing(module)
    return None


def _module_name(imported: Import, receiver: str, rest: str) -> tuple[str, int] | None:
    if imported.name is None:
        if imported.module.partition(".")[0] == imported.local:  # import a.b
            return (receiver, 0)
        return (".".join(part for part in (imported.module, rest) if part), 0)
    return (".".join(part for part in (imported.module, imported.name, rest) if part), imported.level)


# --- classes ---------------------------------------------------------------------------------------------------------


def _enclosing_class(graph: CodeGraph, path: str, scope: str) -> Resolution:
    facts = graph.facts(path)
    classes = {d.qualname: d for d in facts.definitions if d.kind == CLASS} if facts else {}
    while scope and scope not in classes:
        scope = scope.rpartition(".")[0]
    return Found(path, classes[scope], Tier.OWN_CLASS) if scope and not classes[scope].conditional else UNKNOWN


def _member(graph: CodeGraph, owner: Resolution, reference: Reference, *, through_class: bool) -> Resolution:
    if not isinstance(owner, Found) or owner.definition.kind != CLASS:
        return UNKNOWN
    found = member(graph, owner, reference.name)
    if not isinstance(found, Found):
        return found
    return replace(found, implicit=_implicit(found.definition, through_class=through_class))


def _implicit(method: Definition, *, through_class: bool) -> int:
    if "staticmethod" in method.decorators or method.kind == CLASS:
        return 0
    return 0 if through_class and "classmethod" not in method.decorators else 1


def member(graph: CodeGraph, owner: Found, name: str, hops: int = 0) -> Resolution:
    """An attribute of a class, its own or inherited; `owner` is a class."""
    facts = graph.facts(owner.path)
    if facts is None or hops > _MAX_HOPS:
        return UNKNOWN
    klass = owner.definition
    own = [definition for definition in facts.definitions if definition.qualname == f"{klass.qualname}.{name}"]
    if name in facts.bindings.get(klass.qualname, ()) or len(own) > 1 or (own and own[0].conditional):
        return UNKNOWN
    if own:
        return Found(owner.path, own[0], owner.tier)
    return _inherited(graph, owner, facts, name, hops)


def _inherited(graph: CodeGraph, owner: Found, facts: Facts, name: str, hops: int) -> Resolution:
    klass = owner.definition
    hooks = {f"{klass.qualname}.{hook}" for hook in _ATTRIBUTE_HOOKS}
    open_ended = bool(klass.decorators) or facts.dynamic or any(d.qualname in hooks for d in facts.definitions)
    for base in klass.bases:
        found = _base(graph, owner, base)
        if not found:
            open_ended |= base != "object"
            continue
        inherited = member(graph, replace(found, tier=owner.tier), name, hops + 1)
        if isinstance(inherited, Found):
            return UNKNOWN if open_ended else inherited  # an unknown base before this one may have the name
        open_ended |= inherited is UNKNOWN
    return UNKNOWN if open_ended or name.startswith("__") else Missing(owner.path)


def _base(graph: CodeGraph, owner: Found, base: str) -> Found | None:
    found = _dotted(graph, owner.path, base, "") if base != "?" else UNKNOWN
    return found if isinstance(found, Found) and found.definition.kind == CLASS else None


def _on_base(graph: CodeGraph, path: str, reference: Reference) -> Resolution:
    """`super().name`: only where there is one base; with more, the next class is not this file's to know."""
    owner = _enclosing_class(graph, path, reference.scope)
    if not isinstance(owner, Found) or len(owner.definition.bases) != 1:
        return UNKNOWN
    base = _base(graph, owner, owner.definition.bases[0])
    if not base:
        return UNKNOWN
    found = _member(graph, replace(base, tier=Tier.OWN_CLASS), reference, through_class=False)
    return found if isinstance(found, Found) else UNKNOWN


def _constructor(graph: CodeGraph, klass: Found) -> Resolution:
    """The `__init__` that a call of the class runs; the class itself when that is not known to be ours."""
    if "?" in klass.definition.bases or klass.definition.decorators:
        return klass
    maker, found = member(graph, klass, "__new__"), member(graph, klass, "__init__")
    if isinstance(maker, Found) or not isinstance(found, Found):
        return klass
    return replace(found, implicit=1)
