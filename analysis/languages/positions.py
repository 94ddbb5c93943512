"""Arguments by position mean the same in every language: the first is the first parameter, whatever it is called."""

from collections.abc import Sequence

from analysis.facts import POSITIONAL, POSITIONAL_ONLY, Call, Definition


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """A positional argument that fits both signatures but now means another parameter; a new name alone is none."""
    old, new = positional_names(before, implicit), positional_names(after, implicit)
    kept = {parameter.name for parameter in before.parameters} & {parameter.name for parameter in after.parameters}
    for index, (was, now) in enumerate(zip(old[: call.positional], new, strict=False)):
        if was != now and (was in kept or now in kept) and not _is_renamed_in_place(old, new, index):
            return f"passes argument {index + 1} as {was!r}, which is {now!r} now"
    return None


def _is_renamed_in_place(old: Sequence[str], new: Sequence[str], index: int) -> bool:
    """The parameter has a new name and those behind it stay where they are: its old one is taken further on, too."""
    behind = old[index + 1 :]
    return bool(behind) and new[index] not in old and new[index + 1 : len(old)] == behind


def positional_names(definition: Definition, implicit: int) -> list[str]:
    return [p.name for p in definition.parameters[implicit:] if p.kind in (POSITIONAL_ONLY, POSITIONAL)]
