"""Python: judged by a watched run of a project's own tests, with jedi beside ours.

projects           the projects, each with a checkout, an environment and a watched run of its tests
inside_a_project   the watching program; it runs under the project's interpreter, not ours
witness            what the watched run saw: which use of a name led to which definition
source, signature  definitions and their parameters, read with Python's own `ast`
mutations, twins   ways to break a contract, and ways that break nobody
drawing            both drawn by a seed, with what must be found known from the watched run
change             what the contestants beside ours are told
"""

import re

from evaluation.contestants.names import NameSearch
from evaluation.language import Aims, Language
from evaluation.python.change import change_of
from evaluation.python.drawing import draw
from evaluation.python.jedi_references import JediReferences
from evaluation.python.projects import PROJECTS, Watched, prepare


def name_search(ready: Watched) -> NameSearch:
    contents = {path: file.content for path, file in ready.files.items()}
    return NameSearch(contents, lambda mutant: change_of(ready.files, mutant) is None, _declared)


def _declared(_path: str, content: bytes, name: str) -> set[int]:
    declaration = re.compile(rb"\b(?:def|class) " + name.encode() + rb"\s*\(")
    return {content.count(b"\n", 0, match.start()) + 1 for match in declaration.finditer(content)}


PYTHON = Language(
    name="python",
    projects=PROJECTS,
    aims=Aims(recall=0.85, precision=0.95, mutants=200),
    prepare=prepare,
    draw=draw,
    others={
        "name search": lambda ready: name_search(ready).findings,
        "jedi": lambda ready: JediReferences(ready).findings,
    },
)
