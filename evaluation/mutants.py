"""Mutants and twins of one project: drawn by a seed, with what must be found known by construction, and committed.

A mutant breaks the contract of one definition and leaves its callers as they are; a twin looks like one and breaks
nobody. Both are commits on top of the project's own.
"""

import ast
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from random import Random

from evaluation.projects import Ready
from evaluation.python.mutations import MUTATIONS, Mutation
from evaluation.python.signature import breaks, parameters_of
from evaluation.python.source import Edit, Place, edited, line_map
from evaluation.python.twins import TWINS
from evaluation.witness import Use

#: Path and line at the mutant's commit.
Spot = tuple[str, int]
Make = Callable[[Place], "Iterator[Mutant]"]


class Verdict(StrEnum):
    """What is true of a spot that a contestant names."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Mutant:
    """`broken` are the uses that no longer work, by where they stand now; `open` those of which nobody can tell.

    `lines`: where each line of the definition's file is now.
    """

    kind: str
    place: Place
    files: Mapping[str, bytes]
    lines: Mapping[int, int]
    broken: Mapping[Spot, Use]
    open: frozenset[Spot] = frozenset()

    @property
    def is_harmless(self) -> bool:
        return not self.broken

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.place.file.path} {self.place.qualname}"

    def verdict(self, spot: Spot) -> Verdict:
        if spot in self.broken:
            return Verdict.RIGHT
        return Verdict.UNKNOWN if spot in self.open else Verdict.WRONG


def draw(ready: Ready, seed: int, count: int) -> list[Mutant]:
    """`count` mutants and as many twins, the kinds in turn, each definition as seldom as can be."""
    random = Random(f"{seed} {ready.project.name}")  # noqa: S311 - a draw that can be repeated, no secret
    places = [place for place in _places(ready) if _callers_outside(ready, place)]
    mutants = {kind: partial(_mutants_of, ready, kind) for kind in MUTATIONS}
    twins = {kind: partial(_twins_of, ready, kind) for kind in TWINS}
    return [*_in_turn(random, mutants, places, count), *_in_turn(random, twins, places, count)]


def commit(ready: Ready, mutants: Sequence[Mutant]) -> list[str]:
    """A commit on the project's for each, by one `git fast-import`; their ids, in order."""
    git = ["git", "-C", str(ready.checkout)]
    marks = ready.checkout / ".git" / "marks-of-mutants"
    command = [*git, "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
    subprocess.run(command, input=b"".join(_imported(ready.base, mutants)), check=True, capture_output=True)
    ids = dict(line.split() for line in marks.read_text(encoding="ascii").splitlines())
    return [ids[f":{number}"] for number in range(1, len(mutants) + 1)]


def _imported(base: str, mutants: Iterable[Mutant]) -> Iterator[bytes]:
    for number, mutant in enumerate(mutants, start=1):
        message = mutant.name.encode()
        yield f"commit refs/mutants/{number}\nmark :{number}\n".encode()
        yield b"committer evaluation <evaluation@example.org> 1767225600 +0000\n"
        yield f"data {len(message)}\n".encode() + message + f"\nfrom {base}\n".encode()
        for path, content in mutant.files.items():
            yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def _places(ready: Ready) -> list[Place]:
    sources = [file for path, file in ready.files.items() if ready.project.is_source(path)]
    return [place for file in sources for place in file.places]


def _callers_outside(ready: Ready, place: Place) -> list[Use]:
    return [use for use, _ in ready.witness.leading_to.get(place.key, ()) if not place.holds(use.path, use.line)]


def _in_turn(random: Random, kinds: Mapping[str, Make], places: Sequence[Place], count: int) -> list[Mutant]:
    drawn: list[Mutant] = []
    times: Counter[str] = Counter()
    left = {kind: random.sample(places, len(places)) for kind in kinds}
    while len(drawn) < count and any(left.values()):
        for kind, make in kinds.items():
            mutant = _next(random, make, left[kind], times) if len(drawn) < count else None
            drawn += [mutant] if mutant else []
    return drawn


def _next(random: Random, make: Make, places: list[Place], times: Counter[str]) -> Mutant | None:
    """One of the first place that allows it, of those that were taken least often; they are used up."""
    places.sort(key=lambda place: times[place.qualname])
    while places:
        place = places.pop(0)
        options = list(make(place))
        if options:
            times[place.qualname] += 1
            return random.choice(options)
    return None


def _mutants_of(ready: Ready, kind: str, place: Place) -> Iterator[Mutant]:
    made = (_mutant(ready, kind, place, mutation) for mutation in MUTATIONS[kind](place))
    return (mutant for mutant in made if mutant)


def _mutant(ready: Ready, kind: str, place: Place, mutation: Mutation) -> Mutant | None:
    """None where no use outside the definition is seen to break, or a base class has the name too."""
    if mutation.gone and _is_inherited(ready, place):
        return None
    content = _edited(place.file.content, mutation.edits)
    if content is None:
        return None
    lines = line_map(place.file.content, mutation.edits)
    broken, doubtful, outside = dict[Spot, Use](), set[Spot](), False
    for use, verdict in _judged(ready, place, mutation):
        line = lines.get(use.line) if use.path == place.file.path else use.line
        if line and verdict:
            broken[use.path, line] = use
            outside |= not place.holds(use.path, use.line)
        elif line:
            doubtful.add((use.path, line))
    return Mutant(kind, place, {place.file.path: content}, lines, broken, frozenset(doubtful)) if outside else None


def _judged(ready: Ready, place: Place, mutation: Mutation) -> Iterator[tuple[Use, bool]]:
    """Uses that break (true), and those of which nobody can tell (false)."""
    for use, led in ready.witness.leading_to[place.key]:
        answer = mutation.breaks(place, use, led)
        if answer is not False:
            yield use, bool(answer)
    for name in {place.name, place.owner.name if place.owner and place.name == "__init__" else place.name}:
        for use in ready.witness.named[name]:
            if not use.executed and _could_break(place, mutation, use):
                yield use, False


def _could_break(place: Place, mutation: Mutation, use: Use) -> bool:
    """Whether a use that no test reached would break if it led to the definition."""
    if mutation.gone:
        return True
    if use.call is None:
        return False
    if mutation.is_async or use.call.open_ended or mutation.after is None:
        return True
    before = parameters_of(place)
    return any(breaks(before, mutation.after, use.call, implicit) for implicit in (0, 1))


def _is_inherited(ready: Ready, place: Place) -> bool:
    """Whether a class that may be a base of the owner has the name too: then it lives on when it goes."""
    if place.owner is None:
        return False
    classes = {p.name: p for file in ready.files.values() for p in file.places if isinstance(p.node, ast.ClassDef)}
    wanted, seen = _bases(place.owner), set[str]()
    while wanted:
        name = wanted.pop()
        seen.add(name)
        base = classes.get(name)
        if base is None and name != "object":
            return True
        if base and isinstance(base.node, ast.ClassDef):
            if place.name in {statement.name for statement in base.node.body if isinstance(statement, _NAMED)}:
                return True
            wanted += [each for each in _bases(base.node) if each not in seen]
    return False


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in node.bases]


def _twins_of(ready: Ready, kind: str, place: Place) -> Iterator[Mutant]:
    for edits in TWINS[kind](place, ready.files, ready.witness):
        files = {path: _edited(ready.files[path].content, changes) for path, changes in edits.items()}
        whole = {path: content for path, content in files.items() if content is not None}
        if len(whole) == len(files):
            lines = line_map(place.file.content, edits[place.file.path])
            yield Mutant(kind, place, whole, lines, {})


def _edited(content: bytes, edits: tuple[Edit, ...]) -> bytes | None:
    """None where the edits give no valid Python, as a default before a required parameter."""
    new = edited(content, edits)
    try:
        ast.parse(new)
    except SyntaxError:
        return None
    return new
