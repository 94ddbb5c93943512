"""How a pull request stands with us, by the latest command about it on the code host's clock."""

from enum import StrEnum

from reviews.commands.parsing import Command
from reviews.models import GivenCommand


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
    given = GivenCommand.objects.filter(repository_id=repository_id, number=number, command__in=_AFTER)
    latest = given.order_by("-given_at", "-comment_id").values_list("command", flat=True).first()
    return _AFTER[Command(latest)] if latest else Standing.AUTOMATIC
