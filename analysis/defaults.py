"""What a module's default export is called: it has no name of its own, so imports and indexes use its file's. Pure."""

import re

from analysis.facts import DEFAULT, WHOLE

_SUFFIX = re.compile(r"(?:\.d)?\.[cm]?[jt]sx?$")
#: Files and folders that are called the same everywhere; the folder around them has the name.
_NAMELESS = frozenset({"index", "src", "lib", ".", "..", ""})


def named_after(module: str, name: str) -> str:
    """DEFAULT or WHOLE of the module, by its path or by what an import writes for it: "default prices" for both."""
    parts = _SUFFIX.sub("", module).split("/")
    return f"{name} {next((part for part in reversed(parts) if part not in _NAMELESS), '')}"


def own_name(name: str) -> str:
    """The name in the file's own exports."""
    return name.partition(" ")[0]


def names_outside(path: str, exported: str) -> set[str]:
    """What other files may write for what this file exports."""
    if exported not in (DEFAULT, WHOLE):
        return {exported}
    places = (path, "") if "/index." in f"/{path}" else (path,)
    return {named_after(place, name) for place in places for name in (DEFAULT, WHOLE)}
