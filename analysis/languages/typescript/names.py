"""A file's facts by name, indexed once per graph."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.code_graph import CodeGraph
from analysis.facts import Definition, Export, Facts, Import


@dataclass(frozen=True, slots=True)
class Names:
    """`definitions` by qualified name, `imports` by the name they bind, `exports` by the name others see."""

    facts: Facts
    definitions: Mapping[str, list[Definition]]
    imports: Mapping[str, list[Import]]
    exports: Mapping[str, list[Export]]

    def definitions_of(self, qualname: str) -> list[Definition]:
        return self.definitions.get(qualname, [])

    def is_variable(self, scope: str, name: str) -> bool:
        return name in self.facts.bindings.get(scope, ())

    def is_free(self, name: str) -> bool:
        """Whether nothing in the file gives it a meaning. Files that are no modules share their names."""
        is_module = bool(self.facts.imports or self.facts.exports) and not self.facts.dynamic
        return is_module and not (name in self.definitions or name in self.imports or self.is_variable("", name))


def names_of(graph: CodeGraph, path: str) -> Names | None:
    """None when the file is not in the graph, or was not read."""
    known = graph.memo.setdefault("typescript names", {})
    if path not in known:
        facts = graph.facts(path)
        known[path] = _indexed(facts) if facts else None
    names: Names | None = known[path]
    return names


def _indexed(facts: Facts) -> Names:
    definitions, imports, exports = defaultdict(list), defaultdict(list), defaultdict(list)
    for definition in facts.definitions:
        definitions[definition.qualname].append(definition)
    for imported in facts.imports:
        if imported.local:
            imports[imported.local].append(imported)
    for export in facts.exports:
        exports[export.name].append(export)
    return Names(facts, dict(definitions), dict(imports), dict(exports))
