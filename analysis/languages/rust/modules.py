"""Which module a Rust file is, and what a path means as seen from there.

A full name begins with the crate: the folder of the `lib.rs` or `main.rs` above the file. A file with none above it
(an example, a test) is a crate of its own.
"""

from posixpath import basename, dirname

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, NAMESPACE
from analysis.languages.outline.spelling import joined

_ROOTS = ("lib.rs", "main.rs")


def place(graph: CodeGraph, path: str) -> str:
    """The full name of the module that a file is."""
    known: dict[str, str] = graph.memo.setdefault("rust places", {})
    if path not in known:
        known[path] = _place(graph, path)
    return known[path]


def _place(graph: CodeGraph, path: str) -> str:
    root = folder = dirname(path)
    while not _roots(graph, root):
        if not root:
            return _crate(path)
        root = dirname(root)
    inside, name = folder.removeprefix(root).strip("/"), basename(path)
    if not inside and name in _ROOTS:
        # Beside a library, the program is another crate.
        return _crate(root) if name == _roots(graph, root)[0] else _crate(path)
    if inside.partition("/")[0] == "bin":
        return _crate(path)
    module = inside if name == "mod.rs" else f"{inside}/{name.removesuffix('.rs')}"
    return f"{_crate(root)}.{module.strip('/').replace('.', ' ').replace('/', '.')}"


def _roots(graph: CodeGraph, folder: str) -> list[str]:
    return [name for name in _ROOTS if (f"{folder}/{name}" if folder else name) in graph.tree]


def _crate(path: str) -> str:
    return f"crate {path.replace('.', ' ')}"


def around(graph: CodeGraph, path: str, scope: str) -> list[str]:
    """The module that a scope is in, from the top of its file: others' names are not seen without a word."""
    facts = graph.facts(path)
    modules = {each.qualname for each in facts.definitions if each.kind == NAMESPACE} if facts else set()
    while scope and scope not in modules:
        scope = scope.rpartition(".")[0]
    return [scope]


def rooted(graph: CodeGraph, path: str, scope: str, dotted: str) -> str:
    """The full name of `crate::…`, `self::…`, `super::…`, or of what begins with a module beside; else empty."""
    here = joined(place(graph, path), around(graph, path, scope)[0]).rstrip(".")
    head, _, rest = dotted.partition(".")
    if head == "crate":
        return joined(here.partition(".")[0], rest).rstrip(".")
    if head == "self":
        return joined(here, rest).rstrip(".")
    while head == "super" and "." in here:
        here = here.rpartition(".")[0]
        head, _, rest = rest.partition(".")
        if head != "super":
            return ".".join(part for part in (here, head, rest) if part)
    beside = f"{here}.{head}"
    return f"{here}.{dotted}" if beside in _modules(graph) else ""


def home(graph: CodeGraph, full: str) -> str:
    """The file a function would have to be in; empty where macros may write more into it, or imports bring it."""
    module, _, name = full.rpartition(".")
    path = _modules(graph).get(module, "")
    facts = graph.facts(path)
    if facts is None or facts.dynamic or full in _modules(graph) or not name[:1].islower():
        return ""
    known = {each.local for each in facts.imports} | set(facts.bindings.get("", ())) | facts.defined()
    is_open = any(each.name == EVERYTHING for each in facts.imports)
    return "" if is_open or name in known else path


def _modules(graph: CodeGraph) -> dict[str, str]:
    """Files by the module that they are; nobody's where two claim to be it."""
    if "rust modules" not in graph.memo:
        found: dict[str, str] = {}
        for path in (path for path in graph.tree if path.endswith(".rs")):
            found[place(graph, path)] = "" if place(graph, path) in found else path
        graph.memo["rust modules"] = found
    modules: dict[str, str] = graph.memo["rust modules"]
    return modules
