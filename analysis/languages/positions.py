"""Arguments by position mean the same in every language: the first is the first parameter, whatever it is called."""

from analysis.facts import POSITIONAL, POSITIONAL_ONLY, Call, Definition


def reordered(before: Definition, after: Definition, call: Call, implicit: int) -> str | None:
    """A positional argument that fits both signatures but now means another parameter; a new name alone is none."""
    old, new = positional_names(before, implicit), positional_names(after, implicit)
    kept = {parameter.name for parameter in before.parameters} & {parameter.name for parameter in after.parameters}
    for position, (was, now) in enumerate(zip(old[: call.positional], new, strict=False), start=1):
        if was != now and (was in kept or now in kept):
            return f"passes argument {position} as {was!r}, which is {now!r} now"
    return None


def positional_names(definition: Definition, implicit: int) -> list[str]:
    return [p.name for p in definition.parameters[implicit:] if p.kind in (POSITIONAL_ONLY, POSITIONAL)]
