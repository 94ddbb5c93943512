"""Which file a module specifier means, seen from the file that imports it, by TypeScript's rules."""

from enum import Enum
from posixpath import dirname, join, normpath

from analysis.code_graph import CodeGraph
from analysis.languages.typescript.configured import configured_places, package_places

#: What a specifier without a suffix may mean, in TypeScript's order.
_LEFT_OUT = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs")
#: What a written suffix may stand for: the source comes before what it is compiled to.
_WRITTEN = {
    ".js": (".ts", ".tsx", ".d.ts", ".js", ".jsx"),
    ".jsx": (".tsx", ".d.ts", ".jsx"),
    ".mjs": (".mts", ".d.mts", ".mjs"),
    ".cjs": (".cts", ".d.cts", ".cjs"),
}
_INDEX = "/index"
#: Imported too, but no code: a manifest is in the graph, and no module of it.
_DATA = ".json"


class NoFile(Enum):
    """Why a specifier has no file: another package's, or a relative one whose file is not there."""

    FOREIGN = "foreign"
    GONE = "gone"


def module_file(graph: CodeGraph, importer: str, specifier: str) -> str | NoFile:
    known = graph.memo.setdefault("typescript module files", {})
    question = dirname(importer), specifier
    if question not in known:
        is_path = specifier.startswith(".")
        known[question] = _at(graph, join(*question)) if is_path else _by_name(graph, importer, specifier)
    answer: str | NoFile = known[question]
    return answer


def _by_name(graph: CodeGraph, importer: str, specifier: str) -> str | NoFile:
    """A name no manifest of ours leads to a file is another package's, or of something that is built."""
    for places in (configured_places(graph, importer, specifier), package_places(graph, specifier)):
        found = (_at(graph, place) for place in places)
        if file := next((file for file in found if isinstance(file, str)), None):
            return file
    return NoFile.FOREIGN


def _at(graph: CodeGraph, place: str) -> str | NoFile:
    stem = normpath(place)
    if stem.startswith("..") or stem.endswith(_DATA):
        return NoFile.FOREIGN
    of_folder = place.endswith(("/", "/.", "/..")) or stem == "."
    folder = "index" if stem == "." else stem + _INDEX
    candidates = (*(() if of_folder else _as_file(stem)), *(folder + suffix for suffix in _LEFT_OUT))
    return next((path for path in candidates if path in graph.tree), NoFile.GONE)


def _as_file(stem: str) -> list[str]:
    written = next((suffix for suffix in _WRITTEN if stem.endswith(suffix)), "")
    sources = [stem.removesuffix(written) + suffix for suffix in _WRITTEN[written]] if written else [stem]
    return [*sources, *(stem + suffix for suffix in _LEFT_OUT)]
