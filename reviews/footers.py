"""The last lines of what we post: when, about which commit, configured by what, and how to stop it. Pure.

Plain sentences, which an e-mail and a terminal show as well as GitHub does.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from reviews.commands.parsing import Command
from reviews.comments import code

_RULE = "---"


def footer(*, at: datetime, head_sha: str, configured_by: Sequence[str], command: str, job_page: str) -> str:
    """`configured_by` names files; `command` is the word commands begin with; `job_page` is an address, or empty."""
    files = " and ".join(code(name) for name in configured_by)
    by = f"configured by {files}" if files else "with the default configuration"
    sentences = [
        f"Reviewed {code(head_sha[:10])} at {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {by}.",
        f"How it went, for those who run the service: {job_page}" if job_page else "",
        f"{code(f'{command} {Command.IGNORE}')} in a comment ends the reviews of this pull request.",
    ]
    return "\n\n".join([_RULE, *filter(None, sentences)])
