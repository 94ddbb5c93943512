"""Findings as GitHub shows them. Pure.

Every text that came from the change is hostile until escaped: markdown is shown literally, nobody is mentioned, no
issue is linked or closed, no image is loaded, credentials are masked but for their ends. `plain` is where all of them
pass, also those of checks, replies and reports.

GitHub takes 65,536 characters in a body. Counted here are bytes of UTF-8, which are never fewer, whatever GitHub calls
a character. A text that is too long loses whole lines and says how many.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate

from reviews.commands.parsing import Command
from reviews.findings import Finding, Placement, Severity
from telemetry.redaction import redact_with_ends

#: How the hidden markers of all our texts begin.
OURS = "<!-- kodus-queue:"
#: In bytes.
MAX_BODY = 65_536
#: What a review says before its findings, in bytes.
_MAX_HEAD = 16_000
#: In characters, of which escaping makes four bytes each at most.
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
    return _INVISIBLE.sub("", redact_with_ends(text))


def escape(text: str) -> str:
    """The text as markdown that shows it literally; `names` in backticks stay code."""
    parts = _CODE.split(plain(text)[:MAX_MESSAGE])
    return "".join(code(part) if index % 2 else _escape_plain(part) for index, part in enumerate(parts))


def _escape_plain(text: str) -> str:
    return _LINKED.sub(lambda match: match[0] + _BREAK, _MARKDOWN.sub(r"\\\1", text))


def code(text: str) -> str:
    """A code span of any text: fenced by more backticks than it holds."""
    flat = " ".join(plain(text).split())
    longest = _longest_run(flat)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _longest_run(text: str) -> int:
    """Of backticks."""
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def comment_body(finding: Finding, replacement: Sequence[str] | None = None) -> str:
    """The inline comment of one finding. `replacement` is suggested for the lines it is on; no lines delete them."""
    parts = [f"**{LABEL[finding.severity]}** · {escape(finding.message)}", f"<sub>{code(finding.rule)}</sub>"]
    if replacement is not None:
        parts.insert(1, _suggested(replacement))
    return "\n\n".join(parts)


def _suggested(lines: Sequence[str]) -> str:
    """A block by which GitHub replaces lines; its fence is longer than any run of backticks in them."""
    fence = "`" * max(3, 1 + _longest_run("\n".join(lines)))
    return "\n".join([f"{fence}suggestion", *lines, fence])


def review_body(*, marker: str, head_sha: str, inline: Sequence[Finding]) -> str:
    """The one line above the inline comments. `marker` is the hidden comment by which we find our review again."""
    return f"{_count(len(inline))} on {code(head_sha[:10])}.\n\n{marker}"


def summary_body(
    *,
    marker: str,
    head_sha: str,
    findings: Sequence[Finding],
    settled: Sequence[str],
    shortfalls: Sequence[str],
    notes: Sequence[str],
    command: str,
    footer: str,
) -> str:
    """The summary of a pull request: how things stand at this head. `marker` is what we find it again by.

    `findings` are those that are open; of these it lists what has no comment on a line. `settled`, `shortfalls` and
    `notes` are plain text, `footer` is markdown, as footers.py makes it; `command` is how commands begin.
    """
    known = [escape(text) for text in settled]
    known += [f"> Partial review: {escape(text)}" for text in shortfalls]
    known += [f"> {not_tried_again(command)}"] if shortfalls else []
    known += [f"> Configuration: {escape(text)}" for text in notes]
    head = [_headline(len(findings), head_sha), *fitting(known, _MAX_HEAD, separator="\n\n", more="> ")]
    return _with_list("\n\n".join(head), _folded(findings), f"\n\n{footer}\n\n{marker}")


def not_tried_again(command: str) -> str:
    """What becomes of the part of a partial review that is missing."""
    return f"Nothing of this is tried again by itself; {code(f'{command} {Command.FULL}')} tries all of it again."


def fitting(lines: Sequence[str], room: int, *, separator: str = "\n", more: str = "- ") -> list[str]:
    """As many of the lines as `room` bytes hold, and then how many more there are."""
    room -= len(f"{more}and {len(lines)} more{separator}")
    sizes = accumulate(len(f"{line}{separator}".encode(errors="surrogatepass")) for line in lines)
    count = sum(1 for size in sizes if size <= room)
    return [*lines[:count], *([f"{more}and {len(lines) - count} more"] if count < len(lines) else [])]


def _headline(count: int, head_sha: str) -> str:
    return f"{_count(count, 'open ')} as of {code(head_sha[:10])}."


def _count(count: int, kind: str = "") -> str:
    return f"{count or 'No'} {kind}finding{'' if count == 1 else 's'}"


def _folded(findings: Iterable[Finding]) -> list[str]:
    listed = (finding for finding in findings if finding.placement is Placement.BODY)
    return [f"- {code(f'{f.path}:{f.line}')} **{LABEL[f.severity]}** {escape(f.message)}" for f in listed]


def _with_list(head: str, lines: Sequence[str], tail: str) -> str:
    """Head, as many lines as fit, and always the tail."""
    if not lines:
        return head + tail
    opening = "\n\n<details open><summary>Not on a line of the diff, or over the limit</summary>\n\n"
    closing = "\n\n</details>"
    room = MAX_BODY - len(f"{head}{opening}{closing}{tail}".encode(errors="surrogatepass"))
    return head + opening + "\n".join(fitting(lines, room)) + closing + tail
