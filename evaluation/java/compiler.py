"""javac as the judge: one process for a project, asked mutant by mutant. Compiler.java is its half in Java."""

import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from evaluation.compiled.language import Compilable, Diagnostic, Judge, Position
from evaluation.compiled.source import Place
from evaluation.java.definitions import CONSTRUCTOR
from evaluation.projects import ProjectNotReady

PROGRAM = Path(__file__).with_name("Compiler.java")


@contextmanager
def judge(ready: Compilable) -> Iterator[Judge]:
    """Raises ProjectNotReady where Java is missing, or the compiler ends."""
    java = shutil.which("java")
    if java is None:
        raise ProjectNotReady("java is not installed")
    paths = [path for path in ready.files if ready.project.is_source(path)]
    command = [java, str(PROGRAM), str(ready.checkout), *paths]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        compiler = _Compiler(process)
        yield Judge(compiler.diagnose, compiler.uses)


class _Compiler:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._uses: list[list[str]] = []

    def diagnose(self, files: Mapping[str, bytes]) -> list[Diagnostic]:
        fields = [field for path, content in files.items() for field in (path, b64encode(content).decode())]
        return [Diagnostic(_position(told), told[3]) for told in self._ask("\t".join(fields))]

    def uses(self, place: Place) -> list[Position]:
        """Of a constructor, where it is called by the name of its class."""
        self._uses = self._uses or self._ask("uses")
        name = "<init>" if place.name == CONSTRUCTOR else place.name.removesuffix("()")
        declared = (place.file.path, str(place.whole.start_point[0] + 1), str(place.whole.end_point[0] + 1), name)
        return [_position(use) for use in self._uses if (use[3], use[4], use[5], use[6]) == declared]

    def _ask(self, question: str) -> list[list[str]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise ProjectNotReady("the compiler has no pipes")
        self._process.stdin.write(question + "\n")
        told: list[list[str]] = []
        for line in self._process.stdout:
            if line == ".\n":
                return told
            told.append(line.rstrip("\n").split("\t"))
        raise ProjectNotReady("the compiler ended without an answer")


def _position(told: list[str]) -> Position:
    return Position(told[0], int(told[1]), int(told[2]))
