"""Mutants and twins of a compiled language: drawn by a seed, and true of them is what the compiler says.

A line breaks when the compiler has something against it that it had not at the base. What it says inside the changed
definition does not count. Where a name is gone it complains once about an import and says nothing of the uses below;
those it knew at the base are broken too. A definition nobody outside uses is not drawn.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from evaluation.compiled.language import Compilable, Compiled, Diagnostic, Edits, Judge, Position
from evaluation.compiled.mutations import Mutation
from evaluation.compiled.source import File, Place, called_line
from evaluation.edits import edited, line_map
from evaluation.mutants import Mutant, Site, Spot, in_turn

_MAX_NAME = 60


@dataclass
class _Bench:
    """A project on which mutants are tried. `known`: what was asked of the judge before."""

    language: Compiled
    ready: Compilable
    judge: Judge
    random: Random
    before: Sequence[Diagnostic]
    known: dict[tuple[str, str], Sequence[Position]] = field(default_factory=dict)
    tried: int = 0

    def uses(self, place: Place) -> Sequence[Position]:
        key = place.file.path, place.qualname
        if key not in self.known:
            self.known[key] = self.judge.uses(place)
        return self.known[key]

    def uses_outside(self, place: Place) -> list[Position]:
        return [use for use in self.uses(place) if not place.holds(use.path, use.line)]

    def file(self, path: str, files: Mapping[str, File]) -> File | None:
        return files.get(path) or self.ready.files.get(path)


@dataclass(frozen=True)
class _Tried:
    """Edits that give files the language's grammar accepts, and what the compiler has against them now."""

    files: Mapping[str, File]
    lines: Mapping[str, Mapping[int, int]]
    told: Sequence[Diagnostic]

    def now(self, position: Position) -> int | None:
        """The line where that of a position at the base is now."""
        moved = self.lines.get(position.path)
        return moved.get(position.line) if moved is not None else position.line


def draw(language: Compiled, ready: Compilable, seed: int, count: int) -> list[Mutant]:
    """`count` mutants and as many twins."""
    random = Random(f"{seed} {ready.project.name}")  # noqa: S311 - a draw that can be repeated, no secret
    files = [file for path, file in ready.files.items() if ready.project.is_source(path)]
    places = [place for file in files for place in language.places(file)]
    with language.judge(ready) as judge:
        bench = _Bench(language, ready, judge, random, judge.diagnose({}))
        mutants = {kind: partial(_mutants_of, bench, kind) for kind in language.mutations}
        twins = {kind: partial(_twins_of, bench, kind) for kind in language.twins}
        drawn = [*in_turn(random, mutants, places, count), *in_turn(random, twins, places, count)]
    said = f"{len(drawn)} drawn of {bench.tried} tried, {len(places)} definitions, {len(bench.before)} errors before"
    print(f"{ready.project.name}: {said}", file=sys.stderr)
    return drawn


def _mutants_of(bench: _Bench, kind: str, place: Place) -> Iterator[Mutant]:
    """The first of its ways, by chance, that breaks somebody outside."""
    if not bench.uses_outside(place):
        return
    ways = list(bench.language.mutations[kind](place))
    bench.random.shuffle(ways)
    made = (_mutant(bench, kind, place, way) for way in ways)
    yield from [mutant for mutant in made if mutant][:1]


def _mutant(bench: _Bench, kind: str, place: Place, mutation: Mutation) -> Mutant | None:
    path = place.file.path
    tried = _try(bench, {path: mutation.edits})
    if tried is None:
        return None
    first, last = _span(place, mutation)
    outside = [each for each in tried.told if each.position.path != path or not first <= each.position.line <= last]
    if not outside:
        return None
    broken = _Broken(bench, place, tried)
    for told in outside:
        broken.add(told.position, told.position, tried.files)
    if mutation.is_gone and not place.owner:
        broken.add_uses(use for use in bench.uses_outside(place) if use.path != path or not mutation.is_kept_at_home)
    silent = bench.uses(place) if mutation.is_silent else ()
    inside = {(each.position.path, each.position.line) for each in tried.told} - broken.spots.keys()
    files = {path: tried.files[path].content}
    return Mutant(kind, place.definition, files, tried.lines[path], broken.spots, broken.others(silent) | inside)


def _twins_of(bench: _Bench, kind: str, place: Place) -> Iterator[Mutant]:
    if not bench.uses_outside(place):
        return
    for edits in bench.language.twins[kind](place, bench.ready.files, bench.uses(place)):
        tried = _try(bench, edits)
        if tried and not tried.told:
            files = {path: file.content for path, file in tried.files.items()}
            yield Mutant(kind, place.definition, files, tried.lines[place.file.path], {})
            return


def _try(bench: _Bench, edits: Edits) -> _Tried | None:
    """None where the edits give no text of the language."""
    files, lines = dict[str, File](), dict[str, Mapping[int, int]]()
    for path, changes in edits.items():
        old = bench.ready.files[path]
        files[path] = bench.language.parsed(path, edited(old.content, changes))
        lines[path] = line_map(old.content, changes)
        if files[path].root.has_error and not old.root.has_error:
            return None
    tried = _Tried(files, lines, ())
    bench.tried += 1
    before = {(each.position.path, tried.now(each.position), each.code) for each in bench.before}
    now = bench.judge.diagnose({path: file.content for path, file in files.items()})
    told = [each for each in now if (each.position.path, each.position.line, each.code) not in before]
    return _Tried(files, lines, told)


def _span(place: Place, mutation: Mutation) -> tuple[int, int]:
    """First and last line of the definition after the edits; the last is before the first where nothing is left."""
    whole = place.whole
    content = edited(place.file.content, mutation.edits)
    ahead = [edit for edit in mutation.edits if edit.end <= whole.start_byte and edit.start < whole.start_byte]
    start = whole.start_byte + sum(len(edit.text) - (edit.end - edit.start) for edit in ahead)
    end = whole.end_byte + sum(len(edit.text) - (edit.end - edit.start) for edit in mutation.edits)
    if end <= start:
        return 1, 0
    return content.count(b"\n", 0, start) + 1, content.count(b"\n", 0, end) + 1


class _Broken:
    """The sites of a mutant, by every spot that tells one: its own line, and the line that names what is called."""

    def __init__(self, bench: _Bench, place: Place, tried: _Tried) -> None:
        self._bench = bench
        self._place = place
        self._tried = tried
        self.spots: dict[Spot, Site] = {}

    def add_uses(self, uses: Iterator[Position]) -> None:
        """Uses at the base of what is gone."""
        for use in uses:
            line = self._tried.now(use)
            if line:
                self.add(use, Position(use.path, line, use.column), self._bench.ready.files)

    def add(self, there: Position, now: Position, files: Mapping[str, File]) -> None:
        """`there` is the position in these files, `now` the same at the mutant."""
        spots = self._spots(there, now, files)
        known = self.spots.get(spots[0])
        site = known or Site(spots[0], self._named(there, files), is_direct=self._is_direct(there, files))
        for spot in spots:
            self.spots.setdefault(spot, site)

    def others(self, uses: Sequence[Position]) -> frozenset[Spot]:
        """The spots of uses that are not broken."""
        moved = ((use, self._tried.now(use)) for use in uses)
        found = {
            spot
            for use, line in moved
            if line
            for spot in self._spots(use, Position(use.path, line, use.column), self._bench.ready.files)
        }
        return frozenset(found - self.spots.keys())

    def _spots(self, there: Position, now: Position, files: Mapping[str, File]) -> list[Spot]:
        file = self._bench.file(there.path, files)
        called = called_line(file, there.line, there.column, self._bench.language.callee) if file else there.line
        return list(dict.fromkeys([(now.path, called - there.line + now.line), (now.path, now.line)]))

    def _named(self, there: Position, files: Mapping[str, File]) -> str:
        file = self._bench.file(there.path, files)
        return file.text(file.node_at(there.line, there.column))[:_MAX_NAME] if file else ""

    def _is_direct(self, there: Position, files: Mapping[str, File]) -> bool:
        file = self._bench.file(there.path, files)
        called = called_line(file, there.line, there.column, self._bench.language.callee) if file else there.line
        text = f"{file.line_text(there.line)}\n{file.line_text(called)}" if file else ""
        return any(name in text for name in self._place.definition.names)
