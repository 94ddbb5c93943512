"""Which file a module specifier means, seen from the file that imports it, by TypeScript's rules for relative ones."""

from enum import Enum
from posixpath import dirname, join, normpath

from analysis.code_graph import CodeGraph

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


class NoFile(Enum):
    """Why a specifier has no file: another package's, or a relative one whose file is not there."""

    FOREIGN = "foreign"
    GONE = "gone"


def module_file(graph: CodeGraph, importer: str, specifier: str) -> str | NoFile:
    if not specifier.startswith("."):
        return NoFile.FOREIGN
    known = graph.memo.setdefault("typescript module files", {})
    place = join(dirname(importer), specifier)
    if place not in known:
        known[place] = _at(graph, place)
    answer: str | NoFile = known[place]
    return answer


def _at(graph: CodeGraph, place: str) -> str | NoFile:
    stem = normpath(place)
    if stem.startswith(".."):
        return NoFile.FOREIGN
    of_folder = place.endswith(("/", "/.", "/..")) or stem == "."
    folder = "index" if stem == "." else stem + _INDEX
    candidates = (*(() if of_folder else _as_file(stem)), *(folder + suffix for suffix in _LEFT_OUT))
    return next((path for path in candidates if path in graph.tree), NoFile.GONE)


def _as_file(stem: str) -> list[str]:
    written = next((suffix for suffix in _WRITTEN if stem.endswith(suffix)), "")
    sources = [stem.removesuffix(written) + suffix for suffix in _WRITTEN[written]] if written else [stem]
    return [*sources, *(stem + suffix for suffix in _LEFT_OUT)]
