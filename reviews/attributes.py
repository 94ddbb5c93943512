"""Which files a repository itself declares generated or vendored, in its .gitattributes. Pure.

GitHub folds them in its own diffs (`linguist-generated`, `linguist-vendored`). Read at the base: a pull request cannot
take its own code out of its review. Only the file at the root counts.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

FILE_NAME = ".gitattributes"
_REASONS = {"linguist-generated": "generated", "linguist-vendored": "vendored"}
_MAX_RULES = 500
#: Each may match any depth, and they multiply.
_MAX_DEEP_WILDCARDS = 2


def declared(content: str) -> Callable[[str], str]:
    """A function from a path to the reason declared for leaving it out, or an empty text."""
    rules = [rule for line in content.splitlines() for rule in _rules(line)][:_MAX_RULES]

    def why(path: str) -> str:
        # As in git, a later line overrules an earlier one.
        reasons = {reason: is_set for pattern, reason, is_set in rules if _matches(path, pattern)}
        return next((reason for reason, is_set in reasons.items() if is_set), "")

    return why


def _rules(line: str) -> list[tuple[str, str, bool]]:
    pattern, *attributes = line.split() or [""]
    if not pattern or pattern.startswith(("#", "!", '"', "[attr]")) or pattern.count("**") > _MAX_DEEP_WILDCARDS:
        return []
    return [
        (pattern, _REASONS[name], value not in {"false", "0"} and not attribute.startswith(("-", "!")))
        for attribute in attributes
        for name, _, value in [attribute.lstrip("-!").partition("=")]
        if name in _REASONS
    ]


def _matches(path: str, pattern: str) -> bool:
    """A pattern without a slash is about names at any depth, one with a slash about paths from the root."""
    if "/" not in pattern:
        return fnmatchcase(path.rpartition("/")[2], pattern)
    return _parts_match(path.split("/"), pattern.removeprefix("/").split("/"))


def _parts_match(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_parts_match(parts[skipped:], patterns[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _parts_match(parts[1:], patterns[1:])
