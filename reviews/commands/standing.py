"""How a pull request stands with us, by the commands about it in the order of the code host's clock.

Commands arrive late, twice and in any order; what they come to is told by all that are known, never by the last to
arrive.
"""

from collections.abc import Iterable
from enum import StrEnum

from reviews.commands.parsing import Command
from reviews.models import GivenCommand

ASKING = frozenset({Command.REVIEW, Command.FULL, Command.RESUME})
STOPPING = frozenset({Command.CANCEL, Command.IGNORE})


class Standing(StrEnum):
    """AUTOMATIC: each head is reviewed. PAUSED: what is asked for. IGNORED: nothing."""

    AUTOMATIC = "automatic"
    PAUSED = "paused"
    IGNORED = "ignored"


_AFTER = {
    Command.PAUSE: Standing.PAUSED,
    Command.IGNORE: Standing.IGNORED,
    Command.RESUME: Standing.AUTOMATIC,
}


def standing_of(repository_id: int, number: int) -> Standing:
    return standing_after(commands_about(repository_id, number))


def commands_about(repository_id: int, number: int) -> list[GivenCommand]:
    """The commands that change how things stand, that ask for a review or that stop one; the earliest first."""
    counting = [*ASKING, *STOPPING, *_AFTER]
    about = GivenCommand.objects.filter(repository_id=repository_id, number=number, command__in=counting)
    return list(about.order_by("given_at", "comment_id"))


def standing_after(commands: Iterable[GivenCommand]) -> Standing:
    standing = Standing.AUTOMATIC
    for given in commands:
        standing = _AFTER.get(Command(given.command), standing)
    return standing


def heard(commands: Iterable[GivenCommand]) -> list[GivenCommand]:
    """Those that ask for a review and were not stopped since. While reviews are ignored, only a resume is heard."""
    standing, asking = Standing.AUTOMATIC, list[GivenCommand]()
    for given in commands:
        standing = _AFTER.get(Command(given.command), standing)
        if given.command in STOPPING:
            asking = []
        elif given.command in ASKING and standing is not Standing.IGNORED:
            asking.append(given)
    return asking
