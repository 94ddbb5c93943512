"""Go's type checker as the judge, the one `go vet` runs: one process for a project, asked mutant by mutant."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluation.compiled.language import Compilable, Judge
from evaluation.compiled.process import talk
from evaluation.projects import ProjectNotReady, run

PROGRAM = Path(__file__).with_name("checker.go")
_ENVIRONMENT = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOPROXY": "off"}


@contextmanager
def judge(ready: Compilable) -> Iterator[Judge]:
    """Raises ProjectNotReady where Go is missing, or the checker ends."""
    go = shutil.which("go")
    if go is None:
        raise ProjectNotReady("go is not installed")
    program = ready.checkout / ".git" / "checker"
    run(
        "env",
        *(f"{name}={value}" for name, value in _ENVIRONMENT.items()),
        go,
        "build",
        "-o",
        str(program),
        str(PROGRAM),
    )
    with talk([str(program), str(ready.checkout)], {**os.environ, **_ENVIRONMENT}) as found:
        yield found
