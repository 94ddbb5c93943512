"""jedi's references of the definition, those among them that the change does not fit.

jedi searches the project once for each definition, at the base commit; which of its references break is then told by
the arguments, with the same signatures as the judge's.
"""

import jedi

from evaluation.mutants import Mutant, Spot
from evaluation.python.change import Change, change_of, place_of
from evaluation.python.projects import Watched
from evaluation.python.signature import breaks
from evaluation.python.source import Place
from evaluation.python.witness import Use

Reference = tuple[str, int, int]


class JediReferences:
    def __init__(self, ready: Watched) -> None:
        self._ready = ready
        roots = [str(ready.checkout / "src"), str(ready.packages)]
        self._project = jedi.Project(ready.checkout, added_sys_path=roots)
        self._known: dict[Place, list[tuple[Reference, int]]] = {}
        self._uses = {(use.path, use.line, use.column): use for use in ready.witness.uses}

    def findings(self, mutant: Mutant) -> set[Spot]:
        change = change_of(self._ready.files, mutant)
        if change is None:
            return set()
        spots = set()
        for (path, line, column), implicit in self._references(place_of(self._ready.files, mutant)):
            now = mutant.lines.get(line) if path == mutant.definition.path else line
            still_there = now and self._is_there(mutant, path, line, now)
            if now and still_there and self._does_not_fit(change, self._uses.get((path, line, column)), implicit):
                spots.add((path, now))
        return spots

    def _is_there(self, mutant: Mutant, path: str, line: int, now: int) -> bool:
        """Whether the line is as it was: a caller that was changed with the definition is left behind by nobody."""
        content = mutant.files.get(path)
        return (
            content is None or content.splitlines()[now - 1] == self._ready.files[path].content.splitlines()[line - 1]
        )

    def _does_not_fit(self, change: Change, use: Use | None, implicit: int) -> bool:
        if change.after is None:
            return True
        if use is None or use.call is None:
            return False
        if change.became_async:
            return use.call.usage != "awaited"
        return bool(breaks(change.before, change.after, use.call, implicit))

    def _references(self, place: Place) -> list[tuple[Reference, int]]:
        """With how many parameters Python passes by itself. For a constructor, those of its class too."""
        if place not in self._known:
            found = [(each, self._implicit(place, each)) for each in self._search(place)]
            if place.name == "__init__" and place.owner:
                owner = next(each for each in place.file.places if each.node is place.owner)
                found += [(each, 1) for each in self._search(owner)]
            self._known[place] = found
        return self._known[place]

    def _search(self, place: Place) -> list[Reference]:
        start, _ = place.file.name_span(place)
        line = place.node.lineno
        column = len(place.file.content[place.file.line_start(line) : start].decode())
        script = jedi.Script(path=self._ready.checkout / place.file.path, project=self._project)
        names = script.get_references(line, column, include_builtins=False)
        found = [reference for name in names for reference in self._inside(name)]
        return [reference for reference in found if reference[:2] != (place.file.path, line)]

    def _inside(self, name: jedi.api.classes.Name) -> list[Reference]:
        """As path, line and column in bytes; nothing for what is outside the project's own files."""
        root = self._ready.checkout
        if name.module_path is None or not name.module_path.is_relative_to(root):
            return []
        path = str(name.module_path.relative_to(root))
        file = self._ready.files.get(path)
        if file is None or name.line is None:
            return []
        text = file.content.splitlines()[name.line - 1].decode()
        return [(path, name.line, len(text[: name.column].encode()))]

    def _implicit(self, place: Place, reference: Reference) -> int:
        """A method called on the class itself is passed its `self` like any other argument."""
        path, line, column = reference
        before = self._ready.files[path].content.splitlines()[line - 1][:column]
        on_class = place.owner is not None and before.endswith(f"{place.owner.name}.".encode())
        return 0 if on_class and "classmethod" not in place.decorators else place.implicit
