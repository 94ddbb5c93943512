"""TypeScript's compiler as the judge: one process for a project, asked mutant by mutant."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evaluation.compiled.language import Compilable, Diagnostic, Judge, Position
from evaluation.compiled.source import Place
from evaluation.projects import ProjectNotReady

PROGRAM = Path(__file__).with_name("compiler.mjs")
#: Where a project has the compiler, as npm installs it.
PACKAGE = Path("node_modules") / "typescript"


@contextmanager
def judge(ready: Compilable) -> Iterator[Judge]:
    """Raises ProjectNotReady where Node is missing, or the compiler ends."""
    node = shutil.which("node")
    if node is None:
        raise ProjectNotReady("node is not installed")
    command = [node, str(PROGRAM), str(ready.checkout / PACKAGE), str(ready.checkout)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        compiler = _Compiler(process)
        yield Judge(compiler.diagnose, compiler.uses)


class _Compiler:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def diagnose(self, files: Mapping[str, bytes]) -> list[Diagnostic]:
        told = self._ask({"files": {path: content.decode() for path, content in files.items()}})
        return [Diagnostic(Position(*place), code) for *place, code in told if not place[0].startswith("..")]

    def uses(self, place: Place) -> list[Position]:
        """Of a constructor, those of its class too."""
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
