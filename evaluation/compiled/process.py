"""A compiler that is kept running: asked and answering in lines of JSON."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from evaluation.compiled.language import Diagnostic, Judge, Position
from evaluation.compiled.source import Place
from evaluation.projects import ProjectNotReady


@contextmanager
def talk(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Judge]:
    """To `{"files": {path: content}}` it answers a list of [path, line, column, code], to `{"path", "line", "column"}`
    of a declared name a list of [path, line, column]. Raises ProjectNotReady where it ends.
    """
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment
    ) as process:
        compiler = _Compiler(process)
        yield Judge(compiler.diagnose, compiler.uses)


class _Compiler:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def diagnose(self, files: Mapping[str, bytes]) -> list[Diagnostic]:
        told = self._ask({"files": {path: content.decode() for path, content in files.items()}})
        return [Diagnostic(Position(*place), code) for *place, code in told if not place[0].startswith("..")]

    def uses(self, place: Place) -> list[Position]:
        node = place.name_node
        if node is None:
            return []
        row, column = node.start_point
        return [Position(*found) for found in self._ask({"path": place.file.path, "line": row + 1, "column": column})]

    def _ask(self, question: Mapping[str, Any]) -> list[Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise ProjectNotReady("the compiler has no pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        answer = self._process.stdout.readline()
        if not answer:
            raise ProjectNotReady("the compiler ended without an answer")
        found: list[Any] = json.loads(answer)
        return found
