"""The frame for languages that are judged by their compiler. A language is a package beside `typescript`.

    language   what it offers: projects, definitions, mutations, twins, and its compiler as a judge
    source     a file and its definitions, by the positions of their parts
    mutations  edits that are the same text in every language
    drawing    mutants and twins by a seed, judged
    process    a compiler that is kept running

`compiled(…)` makes of that a language to evaluate, with a search for the name beside ours.
"""

import re
from functools import partial
from pathlib import Path

from evaluation.compiled.drawing import draw
from evaluation.compiled.language import Compilable, Compiled
from evaluation.compiled.source import lines_declaring
from evaluation.contestants.names import NameSearch
from evaluation.language import Aims, Language
from evaluation.mutants import Mutant
from evaluation.projects import Project, run, tracked


def compiled(language: Compiled, aims: Aims) -> Language[Compilable]:
    return Language(
        name=language.name,
        projects=language.projects,
        aims=aims,
        prepare=partial(_prepare, language),
        draw=partial(draw, language),
        others={"name search": lambda ready: name_search(language, ready).findings},
    )


def _prepare(language: Compiled, project: Project, data: Path, folder: Path) -> Compilable:
    checkout = language.set_up(project, data, folder)
    return opened(language, project, checkout)


def opened(language: Compiled, project: Project, checkout: Path) -> Compilable:
    """A checkout with all the compiler needs, its files read."""
    base = run("git", "-C", str(checkout), "rev-parse", "HEAD").strip()
    paths = tracked(checkout, *language.patterns)
    files = {path: language.parsed(path, (checkout / path).read_bytes()) for path in paths}
    return Compilable(project, checkout, base, files)


def name_search(language: Compiled, ready: Compilable) -> NameSearch:
    contents = {path: file.content for path, file in ready.files.items()}
    return NameSearch(contents, partial(_is_kept, language, ready), partial(_declared, language))


def _is_kept(language: Compiled, ready: Compilable, mutant: Mutant) -> bool:
    """The same stands before the body; or the name is there again, for something else."""
    told = mutant.definition
    before, after = ready.files[told.path], language.parsed(told.path, mutant.files[told.path])
    was = next(place for place in language.places(before) if place.qualname == told.qualname)
    now = [place for place in language.places(after) if place.qualname == told.qualname]
    if now:
        return now[0].promise == was.promise
    new = set(after.content.splitlines()) - set(before.content.splitlines())
    return any(re.search(rb"\b" + re.escape(told.name.encode()) + rb"\b", line) for line in new)


def _declared(language: Compiled, path: str, content: bytes, name: str) -> set[int]:
    return lines_declaring(language.parsed(path, content), name)
