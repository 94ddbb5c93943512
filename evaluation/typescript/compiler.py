"""TypeScript's compiler as the judge: one process for a project, asked mutant by mutant.

Of a constructor, the uses are those of its class too.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evaluation.compiled.language import Compilable, Judge
from evaluation.compiled.process import talk
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
    with talk([node, str(PROGRAM), str(ready.checkout / PACKAGE), str(ready.checkout)]) as found:
        yield found
