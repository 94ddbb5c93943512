from datetime import UTC, datetime, timedelta

import pytest

from reviews.commands.standing import Standing, standing_of
from reviews.models import GivenCommand

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def give(command: str, *, comment_id: int, minutes: int = 0, number: int = 7, repository_id: int = 1) -> None:
    GivenCommand.objects.create(
        repository_id=repository_id,
        number=number,
        comment_id=comment_id,
        command=command,
        given_by="mona",
        given_at=NOON + timedelta(minutes=minutes),
    )


def test_nobody_asked_so_each_head_is_reviewed():
    assert standing_of(1, 7) is Standing.AUTOMATIC


@pytest.mark.parametrize(
    ("command", "standing"),
    [("pause", Standing.PAUSED), ("ignore", Standing.IGNORED), ("resume", Standing.AUTOMATIC)],
)
def test_the_latest_command_says_how_it_stands(command, standing):
    give("pause" if command != "pause" else "ignore", comment_id=1)
    give(command, comment_id=2, minutes=1)
    assert standing_of(1, 7) is standing


def test_the_latest_is_told_by_the_code_hosts_clock_and_not_by_arrival():
    give("resume", comment_id=2, minutes=1)
    give("pause", comment_id=1)
    assert standing_of(1, 7) is Standing.AUTOMATIC


def test_of_the_same_second_the_higher_comment_is_the_latest():
    give("resume", comment_id=2)
    give("ignore", comment_id=1)
    assert standing_of(1, 7) is Standing.AUTOMATIC


@pytest.mark.parametrize("command", ["review", "full", "cancel", "why", "config", "help", "unknown"])
def test_other_commands_leave_it_as_it_is(command):
    give("pause", comment_id=1)
    give(command, comment_id=2, minutes=1)
    assert standing_of(1, 7) is Standing.PAUSED


@pytest.mark.parametrize("other", [{"number": 8}, {"repository_id": 2}])
def test_other_pull_requests_have_their_own(other):
    give("ignore", comment_id=1, **other)
    assert standing_of(1, 7) is Standing.AUTOMATIC
