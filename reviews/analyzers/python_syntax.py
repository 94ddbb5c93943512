"""Is it Python? Asked of Python itself, in a process of its own: nesting can take down the parser with its process."""

import sys
from collections.abc import Sequence

from reviews.analyzers.isolation import run_isolated
from reviews.analyzers.reported import parsed
from reviews.analyzers.scratch import scratch_folder
from reviews.analyzers.shape import AnalyzerFailed

NAME = "Python's parser"
TIMEOUT_SECONDS = 20
_ASK = """
import ast, json, sys
def is_python(path):
    try:
        with open(path, "rb") as file:
            ast.parse(file.read())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
print(json.dumps([is_python(path) for path in sys.argv[1:]]))
"""


def are_python(sources: Sequence[str]) -> list[bool]:
    """Of each, whether it parses as the Python that runs us. AnalyzerFailed when one of them kills the parser."""
    if not sources:
        return []
    with scratch_folder() as folder:
        names = [f"module{index}.py" for index in range(len(sources))]
        for name, source in zip(names, sources, strict=True):
            (folder / name).write_text(source, encoding="utf-8")
        argv = [sys.executable, "-I", "-S", "-c", _ASK, *names]
        status, said = run_isolated(NAME, argv, folder=folder, timeout_seconds=TIMEOUT_SECONDS)
    if status != 0:
        raise AnalyzerFailed(NAME, f"ended with status {status}")
    return [bool(answer) for answer in parsed(NAME, said)]
