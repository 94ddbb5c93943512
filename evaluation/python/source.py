"""One Python file as the mutations see it: definitions with the places of their parts.

Read with Python's own `ast` and `tokenize`, so that nothing here shares code, or mistakes, with the code graph.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Function = ast.FunctionDef | ast.AsyncFunctionDef
Node = Function | ast.ClassDef


@dataclass(frozen=True)
class Place:
    """A definition in its file. `line` is that of its first decorator, as Python counts a function's first line."""

    file: "File"
    qualname: str
    node: Node
    #: The statements it stands among, and the class right around it.
    siblings: tuple[ast.stmt, ...]
    owner: ast.ClassDef | None

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def line(self) -> int:
        return min([self.node.lineno, *(decorator.lineno for decorator in self.node.decorator_list)])

    @property
    def key(self) -> tuple[str, str, int]:
        """Path, qualified name and line as a witness names a definition."""
        return self.file.path, self.qualname, 0 if isinstance(self.node, ast.ClassDef) else self.line

    @property
    def function(self) -> Function | None:
        return None if isinstance(self.node, ast.ClassDef) else self.node

    @property
    def decorators(self) -> set[str]:
        return {ast.unparse(decorator).partition("(")[0].rpartition(".")[2] for decorator in self.node.decorator_list}

    @property
    def implicit(self) -> int:
        """How many leading parameters a call never passes itself."""
        return int(self.owner is not None and "staticmethod" not in self.decorators)

    def holds(self, path: str, line: int) -> bool:
        return path == self.file.path and self.line <= line <= (self.node.end_lineno or 0)


class File:
    """Positions are byte offsets, as `ast` counts columns in bytes."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.content = content
        self.tree = ast.parse(content, path)
        lines = content.splitlines(keepends=True)
        self._starts = [0]
        for line in lines:
            self._starts.append(self._starts[-1] + len(line))
        self._lines = lines

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def start_of(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end_of(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def text_of(self, node: ast.expr | ast.stmt | ast.arg) -> bytes:
        return self.content[self.start_of(node) : self.end_of(node)]

    def line_start(self, line: int) -> int:
        return self._starts[line - 1]

    @cached_property
    def tokens(self) -> list[tuple[int, int, str]]:
        """Names and brackets of the file, each with its start and end."""
        return [
            (self._offset_of(*token.start), self._offset_of(*token.end), token.string)
            for token in tokenize.tokenize(io.BytesIO(self.content).readline)
            if token.type in (tokenize.NAME, tokenize.OP)
        ]

    def _offset_of(self, line: int, column: int) -> int:
        """`tokenize` counts columns in characters."""
        return self.offset(line, len(self._lines[line - 1].decode()[:column].encode()))

    @cached_property
    def places(self) -> list[Place]:
        return list(self._below(self.tree.body, "", None))

    def _below(self, body: list[ast.stmt], prefix: str, owner: ast.ClassDef | None) -> Iterator[Place]:
        """Definitions of modules and classes; those inside functions are nobody else's to call."""
        for statement in body:
            if isinstance(statement, Node):
                qualname = f"{prefix}{statement.name}"
                yield Place(self, qualname, statement, tuple(body), owner)
                if isinstance(statement, ast.ClassDef):
                    yield from self._below(statement.body, f"{qualname}.", statement)
            for inner in _blocks(statement):
                yield from self._below(inner, prefix, owner)

    def name_span(self, place: Place) -> tuple[int, int]:
        """Where the name stands behind its `def` or `class`."""
        after = self.start_of(place.node)
        index = next(i for i, token in enumerate(self.tokens) if token[0] >= after and token[2] in ("def", "class"))
        start, end, _ = self.tokens[index + 1]
        return start, end

    def parameter_span(self, place: Place) -> tuple[int, int]:
        """What stands between the brackets of a function."""
        _, after = self.name_span(place)
        index = next(i for i, token in enumerate(self.tokens) if token[0] >= after)
        depth, start = 0, self.tokens[index][1]
        for token_start, _, text in self.tokens[index:]:
            depth += (text in "([{") - (text in ")]}")
            if not depth:
                return start, token_start
        raise ValueError(f"{self.path}: the brackets of {place.qualname} do not close")


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, ast.If | ast.Try | ast.With | ast.For | ast.While):
        yield statement.body
        yield from (getattr(statement, name) for name in ("orelse", "finalbody") if hasattr(statement, name))
        yield from (handler.body for handler in getattr(statement, "handlers", ()))
