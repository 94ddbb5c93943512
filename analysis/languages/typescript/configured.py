"""What a module name that is no path means by the repository's manifests: `paths`, `baseUrl`, packages of its own."""

from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from analysis.code_graph import CodeGraph
from analysis.facts import Export

_CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
_PACKAGE = "package.json"
_MAX_INHERITED = 8


def configured_places(graph: CodeGraph, importer: str, specifier: str) -> Iterator[str]:
    """Where the nearest configuration says the module is, likeliest first; without suffixes filled in."""
    configuration = _nearest(graph, dirname(importer))
    if configuration:
        yield from _matches(_patterns(graph, configuration), specifier)


def package_places(graph: CodeGraph, specifier: str) -> Iterator[str]:
    """Where a package of this repository has it."""
    yield from _matches(_packages(graph).get(_package_name(specifier), []), specifier)


def _package_name(specifier: str) -> str:
    return "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])


def _matches(exports: list[Export], specifier: str) -> Iterator[str]:
    """The longest pattern first, as TypeScript has it; a pattern without a star is the longest."""
    fitting = []
    for export in exports:
        head, star, tail = export.name.partition("*")
        inside = specifier[len(head) : len(specifier) - len(tail)]
        if specifier == export.name or (star and specifier.startswith(head) and specifier.endswith(tail) and inside):
            fitting.append((not star, len(head), export.module.replace("*", inside) if star else export.module))
    fitting.sort(key=lambda found: found[:2], reverse=True)
    yield from (place for _, _, place in fitting)


def _nearest(graph: CodeGraph, folder: str) -> str:
    known = graph.memo.setdefault("typescript configurations", {})
    if folder not in known:
        here = [path for name in _CONFIGURATIONS if (path := join(folder, name)) in graph.tree]
        known[folder] = here[0] if here else _nearest(graph, dirname(folder)) if folder else ""
    return str(known[folder])


def _patterns(graph: CodeGraph, configuration: str) -> list[Export]:
    """Of the configuration, or of the first it inherits from or refers to that has any."""
    known = graph.memo.setdefault("typescript patterns", {})
    if configuration not in known:
        known[configuration] = _found_patterns(graph, configuration)
    patterns: list[Export] = known[configuration]
    return patterns


def _found_patterns(graph: CodeGraph, configuration: str) -> list[Export]:
    waiting = [configuration]
    for path in waiting:
        facts = graph.facts(path)
        if facts and facts.exports:
            return _placed(facts.exports, path)
        inherited = [_configuration_at(graph, path, i.module) for i in facts.imports] if facts else []
        waiting += [path for path in inherited if path and path not in waiting][: _MAX_INHERITED - len(waiting)]
    return []


def _configuration_at(graph: CodeGraph, path: str, named: str) -> str:
    place = normpath(join(dirname(path), named))
    candidates = (place, f"{place}.json", join(place, _CONFIGURATIONS[0]))
    return next((found for found in candidates if found in graph.tree), "")


def _packages(graph: CodeGraph) -> dict[str, list[Export]]:
    if "typescript packages" not in graph.memo:
        paths = [path for path in graph.tree if basename(path) == _PACKAGE]
        graph.read_ahead(paths)
        found: dict[str, list[Export]] = {}
        for path in sorted(paths):
            facts = graph.facts(path)
            exports = _placed(facts.exports, path) if facts else []
            found.setdefault(_package_name(exports[0].name) if exports else "", []).extend(exports)
        graph.memo["typescript packages"] = found
    packages: dict[str, list[Export]] = graph.memo["typescript packages"]
    return packages


def _placed(exports: tuple[Export, ...], manifest: str) -> list[Export]:
    """With places as paths in the repository."""
    return [export._replace(module=join(dirname(manifest), export.module)) for export in exports]
