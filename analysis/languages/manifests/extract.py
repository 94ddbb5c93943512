"""A manifest's module names as facts: each is exported from the places it may mean, likeliest first.

`"@/*": ["./src/*"]` of a tsconfig.json is Export("@/*", "*", "./src/*"). Places are relative to the manifest. What a
package names as its entry is often what it is built to, which no commit has; its source has the usual places.
"""

from collections.abc import Callable, Iterator
from posixpath import join

from tree_sitter import Node

from analysis.facts import EVERYTHING, Export, Facts, Import

Text = Callable[[Node | None], str]
_ENTRIES = ("source", "types", "typings", "module", "main")
_USUAL = ("./src/index", "./index", "./lib/index")
_USUAL_INSIDE = ("./*", "./src/*", "./lib/*")
_MAX_CONDITIONS = 4


def extract(source: bytes, _root: Node, nodes: dict[str, list[Node]]) -> Facts:
    def text(node: Node | None) -> str:
        return source[node.start_byte : node.end_byte].decode("utf-8", "replace").strip('"') if node else ""

    said = _members(nodes.get("pair", ()), text)
    options = _of_object(said.get("compilerOptions"), text)
    exports = [*_of_package(said, text), *_of_options(options, text)]
    return Facts(imports=tuple(_inherited(said, text)), exports=tuple(exports))


def _of_package(said: dict[str, Node], text: Text) -> Iterator[Export]:
    name = text(said.get("name"))
    if not name:
        return
    for key, value in _of_object(said.get("exports"), text).items():
        yield from (Export(name + key.removeprefix("."), EVERYTHING, place) for place in _places(value, text))
    if text(said.get("exports")).startswith("."):
        yield Export(name, EVERYTHING, text(said.get("exports")))
    entries = [text(said[key]) for key in _ENTRIES if key in said]
    yield from (Export(name, EVERYTHING, join(".", place)) for place in (*entries, *_USUAL))
    yield from (Export(f"{name}/*", EVERYTHING, place) for place in _USUAL_INSIDE)


def _of_options(options: dict[str, Node], text: Text) -> Iterator[Export]:
    base = text(options.get("baseUrl"))
    for pattern, places in _of_object(options.get("paths"), text).items():
        yield from (Export(pattern, EVERYTHING, join(base or ".", text(place))) for place in places.named_children)
    if base:
        yield Export("*", EVERYTHING, join(base, "*"))


def _inherited(said: dict[str, Node], text: Text) -> Iterator[Import]:
    """The configurations this one goes on with: `extends`, and `references` where it only names others."""
    found = [said["extends"]] if "extends" in said else []
    for reference in said["references"].named_children if "references" in said else ():
        found += [path for key, path in _of_object(reference, text).items() if key == "path"]
    yield from (Import(text(node), None, "", node.start_point[0] + 1) for node in found if node.type == "string")


def _places(value: Node, text: Text) -> Iterator[str]:
    """The places of an entry in `exports`, whatever the conditions are called."""
    level = [value]
    for _ in range(_MAX_CONDITIONS):
        yield from (text(node) for node in level if node.type == "string")
        level = [inner for node in level if node.type == "object" for inner in _of_object(node, text).values()]


def _of_object(node: Node | None, text: Text) -> dict[str, Node]:
    return _members(node.named_children, text) if node and node.type == "object" else {}


def _members(pairs: list[Node] | tuple[Node, ...], text: Text) -> dict[str, Node]:
    found = {}
    for pair in pairs:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key and value:
            found[text(key)] = value
    return found
