"""Findings as GitHub shows them. Pure.

Every text that came from the change is hostile until escaped: markdown is shown literally, nobody is mentioned, no
issue is linked or closed, no image is loaded, credentials are masked. A body stays below GitHub's 65,536 characters.
"""

import re
from collections.abc import Iterable, Sequence

from reviews.findings import Finding, Severity
from telemetry.redaction import redact

#: How the hidden markers of all our texts begin.
OURS = "<!-- kodus-queue:"
MAX_BODY = 65_536
MAX_MESSAGE = 4_000
_BREAK = "\u200b"

_CODE = re.compile(r"`([^`\n]+)`")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>+\-!|~&$])")
#: What GitHub turns into a mention, a reference or a link by itself; a zero-width space inside stops it.
_LINKED = re.compile(r"(?i)@(?=\w)|#(?=\d)|\bGH\\-(?=\d)|:(?=//)|\bwww(?=\.)")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f\x00-\x08\x0b-\x1f\x7f]")

LABEL = {Severity.CRITICAL: "Critical", Severity.HIGH: "High", Severity.MEDIUM: "Medium", Severity.LOW: "Low"}


def plain(text: str) -> str:
    """The text without credentials and without what hides, reverses or drives a terminal."""
    return _INVISIBLE.sub("", redact(text))


def escape(text: str) -> str:
    """The text as markdown that shows it literally; `names` in backticks stay code."""
    parts = _CODE.split(plain(text)[:MAX_MESSAGE])
    return "".join(code(part) if index % 2 else _escape_plain(part) for index, part in enumerate(parts))


def _escape_plain(text: str) -> str:
    return _LINKED.sub(lambda match: match[0] + _BREAK, _MARKDOWN.sub(r"\\\1", text))


def code(text: str) -> str:
    """A code span of any text: fenced by more backticks than it holds."""
    flat = " ".join(plain(text).split())
    longest = max((len(run) for run in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def comment_body(finding: Finding) -> str:
    """The inline comment of one finding."""
    return f"**{LABEL[finding.severity]}** · {escape(finding.message)}\n\n<sub>{code(finding.rule)}</sub>"


def review_body(
    *,
    marker: str,
    head_sha: str,
    inline: Sequence[Finding],
    folded: Sequence[Finding],
    shortfalls: Sequence[str],
    notes: Sequence[str],
) -> str:
    """The text above the inline comments. `marker` is the hidden comment by which we find our review again."""
    head = [_headline(len(inline) + len(folded), head_sha)]
    head += [f"> Partial review: {escape(text)}" for text in shortfalls]
    head += [f"> Configuration: {escape(text)}" for text in notes]
    return _bounded("\n\n".join(head), _folded(folded), f"\n\n{marker}")


def _headline(count: int, head_sha: str) -> str:
    noun = "finding" if count == 1 else "findings"
    return f"{count} {noun} on {code(head_sha[:10])}."


def _folded(findings: Iterable[Finding]) -> list[str]:
    return [f"- {code(f'{f.path}:{f.line}')} **{LABEL[f.severity]}** {escape(f.message)}" for f in findings]


def _bounded(head: str, lines: Sequence[str], tail: str) -> str:
    """Head, as many folded lines as fit, and always the tail."""
    if not lines:
        return head[: MAX_BODY - len(tail)] + tail
    opening = "\n\n<details open><summary>Not on a line of the diff, or over the limit</summary>\n\n"
    closing = "\n\n</details>"
    room = MAX_BODY - len(head) - len(opening) - len(closing) - len(tail) - 40
    shown: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            shown.append(f"- and {len(lines) - len(shown)} more")
            break
        shown.append(line)
    return head + opening + "\n".join(shown) + closing + tail
