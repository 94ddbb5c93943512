"""Python's mutants and twins, with what must be found known from the watched run of the project's tests."""

import ast
from collections.abc import Iterable, Iterator
from functools import partial
from random import Random

from evaluation.edits import Edit, edited, line_map
from evaluation.mutants import Definition, Mutant, Site, Spot, in_turn
from evaluation.python.mutations import MUTATIONS, Mutation
from evaluation.python.projects import Watched
from evaluation.python.signature import breaks, parameters_of
from evaluation.python.source import Place
from evaluation.python.twins import TWINS
from evaluation.python.witness import Use


def draw(ready: Watched, seed: int, count: int) -> list[Mutant]:
    """`count` mutants and as many twins."""
    random = Random(f"{seed} {ready.project.name}")  # noqa: S311 - a draw that can be repeated, no secret
    places = [place for place in _places(ready) if _callers_outside(ready, place)]
    mutants = {kind: partial(_mutants_of, ready, kind) for kind in MUTATIONS}
    twins = {kind: partial(_twins_of, ready, kind) for kind in TWINS}
    return [*in_turn(random, mutants, places, count), *in_turn(random, twins, places, count)]


def _places(ready: Watched) -> list[Place]:
    sources = [file for path, file in ready.files.items() if ready.project.is_source(path)]
    return [place for file in sources for place in file.places]


def _callers_outside(ready: Watched, place: Place) -> list[Use]:
    return [use for use, _ in ready.witness.leading_to.get(place.key, ()) if not place.holds(use.path, use.line)]


def _mutants_of(ready: Watched, kind: str, place: Place) -> Iterator[Mutant]:
    made = (_mutant(ready, kind, place, mutation) for mutation in MUTATIONS[kind](place))
    return (mutant for mutant in made if mutant)


def _mutant(ready: Watched, kind: str, place: Place, mutation: Mutation) -> Mutant | None:
    """None where no use outside the definition is seen to break, or a base class has the name too."""
    if mutation.gone and _is_inherited(ready, place):
        return None
    content = _edited(place.file.content, mutation.edits)
    if content is None:
        return None
    lines = line_map(place.file.content, mutation.edits)
    definition, broken, doubtful, outside = definition_of(place), dict[Spot, Site](), set[Spot](), False
    for use, verdict in _judged(ready, place, mutation):
        line = lines.get(use.line) if use.path == place.file.path else use.line
        is_outside = not place.holds(use.path, use.line)
        if line and verdict:
            spot = use.path, line
            broken[spot] = Site(spot, use.name, is_direct=is_outside and use.name in definition.names)
            outside |= is_outside
        elif line:
            doubtful.add((use.path, line))
    if not outside:
        return None
    return Mutant(kind, definition, {place.file.path: content}, lines, broken, frozenset(doubtful))


def definition_of(place: Place) -> Definition:
    of_class = {place.owner.name} if place.owner and place.name == "__init__" else set[str]()
    return Definition(place.file.path, place.qualname, place.line, frozenset({place.name} | of_class))


def _judged(ready: Watched, place: Place, mutation: Mutation) -> Iterator[tuple[Use, bool]]:
    """Uses that break (true), and those of which nobody can tell (false)."""
    for use, led in ready.witness.leading_to[place.key]:
        answer = mutation.breaks(place, use, led)
        if answer is not False:
            yield use, bool(answer)
    for name in definition_of(place).names:
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


def _is_inherited(ready: Watched, place: Place) -> bool:
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


def _twins_of(ready: Watched, kind: str, place: Place) -> Iterator[Mutant]:
    for edits in TWINS[kind](place, ready.files, ready.witness):
        files = {path: _edited(ready.files[path].content, changes) for path, changes in edits.items()}
        whole = {path: content for path, content in files.items() if content is not None}
        if len(whole) == len(files):
            lines = line_map(place.file.content, edits[place.file.path])
            yield Mutant(kind, definition_of(place), whole, lines, {})


def _edited(content: bytes, edits: Iterable[Edit]) -> bytes | None:
    """None where the edits give no valid Python, as a default before a required parameter."""
    new = edited(content, edits)
    try:
        ast.parse(new)
    except SyntaxError:
        return None
    return new
