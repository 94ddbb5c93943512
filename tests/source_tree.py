"""The tracked source, parsed once, for the tests that hold it to its budgets and rules."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("kodus_queue", "monitoring", "webhooks", "reviews", "analysis", "jobs", "integrations", "telemetry")
#: Written by Django, or somebody else's code that the demo reviews.
NOT_OURS = ("/migrations/", "kodus_queue/demo/repository/")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = ast.stmt | ast.expr | ast.excepthandler
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)


@dataclass(frozen=True)
class Source:
    """One Python file; `path` is relative to the checkout, with slashes."""

    path: str

    @cached_property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository that is under version control and not deleted."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for path in listed.split("\0") if path and (ROOT / path).is_file())


@cache
def product() -> tuple[Source, ...]:
    """What runs: the rooms, without tests."""
    return tuple(
        Source(path)
        for path in tracked()
        if path.endswith(".py")
        and (path.split("/")[0] in ROOMS or "/" not in path)
        and not any(part in path for part in NOT_OURS)
    )


@cache
def tests() -> tuple[Source, ...]:
    return tuple(Source(path) for path in tracked() if path.startswith("tests/") and path.endswith(".py"))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def depth(node: ast.AST) -> int:
    """How many blocks are inside one another; `elif` is beside its `if`, and a nested function starts anew."""
    return max((_depth_below(child) for child in ast.iter_child_nodes(node)), default=0)


def _depth_below(node: ast.AST) -> int:
    if isinstance(node, Function):
        return 0
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        body = max((_depth_below(child) for child in node.body), default=0)
        return max(1 + body, _depth_below(node.orelse[0]))
    return depth(node) + isinstance(node, _BLOCKS)


def share(values: Sequence[int], percent: int) -> int:
    """The value that `percent` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * percent // 100) - 1)]


def broad_handlers(source: Source) -> Iterator[Node]:
    """Where everything is caught or suppressed."""
    for node in ast.walk(source.tree):
        match node:
            case ast.ExceptHandler(type=caught) if caught is None or _is_broad(caught):
                yield node
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
                if any(_is_broad(arg) for arg in args):
                    yield node


def _is_broad(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"} for name in names)


def inner_imports(source: Source) -> Iterator[Node]:
    """First-party imports inside functions."""
    for function in source.functions:
        for node in ast.walk(function):
            match node:
                case ast.ImportFrom(module=str(module)) if module.split(".")[0] in ROOMS:
                    yield node
                case ast.Import(names=names) if any(alias.name.split(".")[0] in ROOMS for alias in names):
                    yield node


_SET = re.compile(r"UPDATE\s+workflow_jobs\b.*?\bSET\b(.*?)(?:\bWHERE\b|\Z)", re.IGNORECASE | re.DOTALL)


def status_writes(source: Source) -> Iterator[Node]:
    """Where a job's status looks written: an attribute, a queryset's update, or SQL."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Assign(targets=targets) if any(_is_status(target) for target in targets):
                yield node
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) if _is_status(target):
                yield node
            case ast.Call(func=ast.Attribute(attr="update" | "update_or_create"), keywords=keywords):
                if any(keyword.arg == "status" for keyword in keywords):
                    yield node
            case ast.Constant(value=str(text)) if any(re.search(r"\bstatus\s*=", sets) for sets in _SET.findall(text)):
                yield node


def _is_status(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "status"


def calls_in_transactions(source: Source) -> Iterator[tuple[Node, str]]:
    """The name of everything called inside `with transaction.atomic()` or a function decorated with it."""
    for node in ast.walk(source.tree):
        match node:
            case ast.With(items=items) if any("transaction.atomic" in ast.unparse(item) for item in items):
                yield from _calls(node.body)
            case ast.FunctionDef(decorator_list=marks) if any("transaction.atomic" in ast.unparse(m) for m in marks):
                yield from _calls(node.body)


def _calls(body: list[ast.stmt]) -> Iterator[tuple[Node, str]]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                yield node, ast.unparse(node.func).rpartition(".")[2]
