"""How a pull request stands with us, by the latest command about it on the code host's clock."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

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
    return _after(_standing_commands(repository_id, number))


def standing_at(given: GivenCommand) -> Standing:
    """How it stood when the command was given."""
    return _after(_standing_commands(given.repository_id, given.number).filter(earlier_than(given)))


def next_change_after(given: GivenCommand) -> datetime | None:
    """When a later command changed how it stands; None when none did."""
    later = _standing_commands(given.repository_id, given.number).filter(later_than(given))
    return later.order_by("given_at", "comment_id").values_list("given_at", flat=True).first()


def later_than(given: GivenCommand) -> Q:
    return Q(given_at__gt=given.given_at) | Q(given_at=given.given_at, comment_id__gt=given.comment_id)


def earlier_than(given: GivenCommand) -> Q:
    return Q(given_at__lt=given.given_at) | Q(given_at=given.given_at, comment_id__lt=given.comment_id)


def _standing_commands(repository_id: int, number: int) -> QuerySet[GivenCommand]:
    return GivenCommand.objects.filter(repository_id=repository_id, number=number, command__in=_AFTER)


def _after(given: QuerySet[GivenCommand]) -> Standing:
    latest = given.order_by("-given_at", "-comment_id").values_list("command", flat=True).first()
    return _AFTER[Command(latest)] if latest else Standing.AUTOMATIC
