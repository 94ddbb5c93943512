"""Runs a project's own tests and writes down which use of a name led to which definition.

    python inside_a_project.py FOLDER OUTPUT PYTEST-ARGUMENT ...

It runs under the project's interpreter, so it needs the standard library only. Every file below FOLDER is changed as
it is imported: a use of a name, `f` or `x.f`, becomes `__seen__(number, f)`, which notes what it was and hands it on.
So what is written down is what Python found, whatever way it took. OUTPUT is JSON of {"uses": [...]}; one use is

    path, line and column (bytes) of the name, name, kind, call, executed, [[path, qualname, line, implicit, way], ...]

`kind` is "import", "use" or "static" (in an annotation or a pattern, which is never run by itself). `call` is null or
[positional, keywords, open_ended, usage]. `line` of a definition is that of its first decorator, 0 for a class.
`way`: "direct", "class" (its constructor), "instance" (its `__call__`), "wrapped" (a wrapper that hands all arguments
on) or "hidden" (one that may not).
"""

import ast
import builtins
import importlib.abc
import importlib.machinery
import inspect
import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

SEEN = "__seen__"
_NOT_TOUCHED = frozenset({"super", SEEN})
_LRU_CACHE = type(lru_cache(abs))
#: pytest's own codes: all passed, some failed.
_TESTS_RAN = (0, 1)
_TAKES_ALL = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS

Use = dict[str, Any]
Target = tuple[str, str, int, int, str]


class Instrument(ast.NodeTransformer):
    """Rewrites one module; `uses` gets a row for each use of one of the names, and for each name that is called."""

    def __init__(self, path: str, names: set[str], uses: list[Use]) -> None:
        self._path = path
        self._names = names
        self._uses = uses
        self._calls: dict[ast.expr, list[Any]] = {}
        self._static = False
        self._awaited: set[ast.expr] = set()
        self._used_as: dict[ast.expr, str] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._seen(node, node.id, node.lineno, node.col_offset)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        call = self._calls.pop(node, None)
        line, column = node.end_lineno or 0, (node.end_col_offset or 0) - len(node.attr.encode())
        self.generic_visit(node)
        if call:
            self._calls[node] = call
        return self._seen(node, node.attr, line, column)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self._calls[node.func] = shape(node, self._used_as.get(node, "kept"))
        self.generic_visit(node)
        return node

    def visit_Await(self, node: ast.Await) -> ast.expr:
        self._used_as[node.value] = "awaited"
        self.generic_visit(node)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        self._used_as.setdefault(node.value, "discarded")
        self.generic_visit(node)
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if node.value:
            self._used_as[node.value] = "returned"
        self.generic_visit(node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt] | ast.stmt:
        if node.module == "__future__":
            return node
        notes: list[ast.stmt] = []
        for alias in node.names:
            if alias.name != "*":
                local = ast.copy_location(ast.Name(alias.asname or alias.name, ast.Load()), alias)
                number = self._number(alias.name, alias.lineno, alias.col_offset, "import", None)
                notes.append(ast.copy_location(ast.Expr(self._wrapped(local, number)), alias))
        return [node, *notes]

    def visit_arg(self, node: ast.arg) -> ast.arg:
        self._list_only(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self._list_only(node.annotation)
        node.target = self.visit(node.target)
        node.value = self.visit(node.value) if node.value else None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.stmt:
        return self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        self._mark_decorators(node)
        self.generic_visit(node)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        self._list_only(node.pattern)
        node.guard = self.visit(node.guard) if node.guard else None
        node.body = self._visited(node.body)
        return node

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
        self._mark_decorators(node)
        self._list_only(node.returns)
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        node.args = self.visit(node.args)
        node.body = self._visited(node.body)
        return node

    def _visited(self, body: list[ast.stmt]) -> list[ast.stmt]:
        new: list[ast.stmt] = []
        for statement in body:
            visited = self.visit(statement)
            new += visited if isinstance(visited, list) else [visited]
        return new

    def _mark_decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """A decorator is a call with one argument."""
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call):
                self._calls[decorator] = [1, [], False, "kept"]

    def _list_only(self, node: ast.AST | None) -> None:
        for part in ast.walk(node) if node else ():
            if isinstance(part, ast.Name):
                self._number(part.id, part.lineno, part.col_offset, "static", None)
            elif isinstance(part, ast.Attribute):
                column = (part.end_col_offset or 0) - len(part.attr.encode())
                self._number(part.attr, part.end_lineno or 0, column, "static", None)

    def _seen(self, node: ast.Name | ast.Attribute, name: str, line: int, column: int) -> ast.expr:
        call = self._calls.pop(node, None)
        if not isinstance(node.ctx, ast.Load) or name in _NOT_TOUCHED or (call is None and name not in self._names):
            return node
        return ast.copy_location(self._wrapped(node, self._number(name, line, column, "use", call)), node)

    def _wrapped(self, node: ast.expr, number: int) -> ast.Call:
        made = ast.Call(ast.Name(SEEN, ast.Load()), [ast.Constant(number), node], [])
        for part in (made, made.func, made.args[0]):
            ast.copy_location(part, node)
        return made

    def _number(self, name: str, line: int, column: int, kind: str, call: list[Any] | None) -> int:
        self._uses.append(
            {"path": self._path, "line": line, "column": column, "name": name, "kind": kind, "call": call}
        )
        return len(self._uses) - 1


def shape(call: ast.Call, usage: str) -> list[Any]:
    positional = sum(not isinstance(argument, ast.Starred) for argument in call.args)
    keywords = [keyword.arg for keyword in call.keywords if keyword.arg]
    is_open = positional < len(call.args) or len(keywords) < len(call.keywords)
    return [positional, keywords, is_open, usage]


class Witness(importlib.abc.MetaPathFinder):
    """Imports the project's files rewritten, and keeps what their uses led to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uses: list[Use] = []
        self.found: dict[int, set[tuple[Any, Any, bool]]] = {}
        self._trees = {path: _parsed(path) for path in sorted(folder.rglob("*.py"))}
        self._names = {
            node.name
            for tree in self._trees.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin and Path(spec.origin) in self._trees:
            spec.loader = _Loader(fullname, spec.origin, self)
        return spec

    def code_of(self, path: Path) -> CodeType:
        tree = self._trees.pop(path, None) or _parsed(path)
        name = str(path.relative_to(self.folder))
        changed = ast.fix_missing_locations(Instrument(name, self._names, self.uses).visit(tree))
        code: CodeType = compile(changed, str(path), "exec", dont_inherit=True)
        return code

    def seen(self, number: int, value: Any) -> Any:
        bound = type(value) is MethodType
        function = value.__func__ if bound else value
        kind = type(function)
        if kind is FunctionType:
            key = (function.__code__, _code(function.__dict__.get("__wrapped__")), bound)
        elif kind is _LRU_CACHE:
            key = (None, _code(function.__wrapped__), bound)
        else:
            key = (function if issubclass(kind, type) else kind, None, not issubclass(kind, type))
        self.found.setdefault(number, set()).add(key)
        return value

    def report(self) -> list[list[Any]]:
        """Files that nobody imported are listed too, with uses that were not executed."""
        for path in list(self._trees):
            self.code_of(path)
        return [
            [*use.values(), number in self.found, self._targets(number, use)] for number, use in enumerate(self.uses)
        ]

    def _targets(self, number: int, use: Use) -> list[Target]:
        targets: set[Target] = set()
        for value, wrapped, bound in self.found.get(number, ()):
            if isinstance(value, type):
                targets.update(self._of_class(value, is_call=use["call"] is not None, is_instance=bound))
            elif value is not None:
                targets.update(self._of_code(value, int(bound), "direct"))
            if wrapped is not None:
                way = "wrapped" if value is None or _hands_all_on(value) else "hidden"
                targets.update(self._of_code(wrapped, int(bound), way))
        return sorted(targets)

    def _of_code(self, code: CodeType, implicit: int, way: str) -> list[Target]:
        path = self._inside(code.co_filename)
        qualname: str = code.co_qualname  # type: ignore[attr-defined, unused-ignore]  # new in Python 3.11
        return [(path, qualname, code.co_firstlineno, implicit, way)] if path else []

    def _of_class(self, kind: type, *, is_call: bool, is_instance: bool) -> list[Target]:
        if is_instance:
            made = inspect.getattr_static(kind, "__call__", None) if is_call else None
            return self._of_code(made.__code__, 1, "instance") if isinstance(made, FunctionType) else []
        module = sys.modules.get(kind.__module__)
        path = self._inside(getattr(module, "__file__", None) or "")
        targets: list[Target] = [(path, kind.__qualname__, 0, 0, "direct")] if path else []
        for name in ("__init__", "__new__") if is_call and type(kind).__call__ is type.__call__ else ():
            made = inspect.getattr_static(kind, name)
            made = made.__func__ if isinstance(made, staticmethod) else made
            targets += self._of_code(made.__code__, 1, "class") if isinstance(made, FunctionType) else []
        return targets

    def _inside(self, path: str) -> str:
        return str(Path(path).relative_to(self.folder)) if path.startswith(f"{self.folder}/") else ""


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, witness: Witness) -> None:
        super().__init__(fullname, path)
        self._witness = witness

    def get_code(self, fullname: str) -> CodeType:
        return self._witness.code_of(Path(self.get_filename(fullname)))


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_bytes(), str(path))


def _code(function: Any) -> CodeType | None:
    return function.__code__ if isinstance(function, FunctionType) else None


def _hands_all_on(wrapper: CodeType) -> bool:
    return not (wrapper.co_argcount or wrapper.co_kwonlyargcount) and wrapper.co_flags & _TAKES_ALL == _TAKES_ALL


def main(folder: Path, output: Path, arguments: list[str]) -> int:
    witness = Witness(folder)
    setattr(builtins, SEEN, witness.seen)
    sys.dont_write_bytecode = True
    sys.path[0] = str(folder)
    sys.meta_path.insert(0, witness)
    import pytest  # noqa: PLC0415 - the project's own, imported under the watch it must not disturb

    ended = int(pytest.main(["--assert=plain", "-p", "no:cacheprovider", *arguments]))
    output.write_text(json.dumps({"ended": ended, "uses": witness.report()}), encoding="utf-8")
    return 0 if ended in _TESTS_RAN else ended


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]))
