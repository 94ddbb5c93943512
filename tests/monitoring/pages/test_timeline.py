from datetime import UTC, datetime, timedelta
from typing import Any

from jobs.models import JobExecutionHistory
from monitoring.pages.timeline import LEAST, MOST_SHOWN, WIDTH, spans

BEGUN = datetime(2026, 11, 30, 3, 12, tzinfo=UTC)


def row(second: float, verb: str, to: str, **values: Any) -> JobExecutionHistory:
    at = BEGUN + timedelta(seconds=second)
    return JobExecutionHistory(verb=verb, to_status=to, at=at, attempt=values.pop("attempt", 1), **values)


LIFE = [
    row(0, "enqueue", "PENDING", attempt=0),
    row(2, "claim", "PROCESSING"),
    row(5, "checkpoint", "PROCESSING", stage="fetch_change"),
    row(6, "pause", "WAITING_FOR_EVENT", stage="fetch_change"),
    row(16, "resume", "PENDING", stage="fetch_change"),
    row(17, "claim", "PROCESSING", stage="fetch_change", attempt=2),
    row(20, "complete", "COMPLETED", stage="post", attempt=2),
]


def told(history: list[JobExecutionHistory], second: float = 100) -> list[tuple[str, float]]:
    return [(span.label, span.seconds) for span in spans(history, BEGUN + timedelta(seconds=second))]


def test_a_life_is_told_by_what_lasted_from_row_to_row():
    assert told(LIFE) == [
        ("queued", 2),
        ("fetch_change", 3),
        ("after fetch_change", 1),
        ("waiting for an event", 10),
        ("queued", 1),
        ("after fetch_change", 3),
    ]


def test_bars_stand_on_one_axis():
    first, *_, last = spans(LIFE, BEGUN)
    assert (first.x, first.width) == (0, WIDTH * 2 / 20)
    assert last.x + last.width == WIDTH


def test_what_is_not_over_lasts_until_now():
    (*_, last) = spans(LIFE[:4], BEGUN + timedelta(seconds=46))
    assert (last.label, last.seconds, last.is_open) == ("waiting for an event", 40, True)


def test_a_job_that_is_announced_again_and_again_is_queued_once():
    again = [row(second, "redispatch", "PENDING", attempt=0) for second in range(30, 300, 30)]
    assert told([LIFE[0], *again], 400) == [("queued", 400)]


def test_a_short_bar_can_be_seen():
    history = [row(0, "enqueue", "PENDING"), row(0.001, "claim", "PROCESSING")]
    assert spans(history, BEGUN + timedelta(hours=9))[0].width == LEAST


def test_a_clock_that_is_behind_makes_no_negative_bars():
    (span,) = spans([row(10, "enqueue", "PENDING")], BEGUN)
    assert (span.seconds, span.x) == (0, 0)


def test_of_a_long_life_the_end_is_shown():
    history = [row(second, "claim", "PROCESSING", attempt=second) for second in range(500)]
    assert len(spans(history, BEGUN + timedelta(seconds=500))) == MOST_SHOWN


def test_a_job_without_history_has_no_bars():
    assert spans([], BEGUN) == []


def test_a_bar_that_is_all_there_is_looks_the_same_however_long_it_lasts():
    lasting = [BEGUN + timedelta(milliseconds=ms) for ms in range(1, 3_000)]
    drawn = {f"{span.x} {span.width}" for until in lasting for span in spans(LIFE[:1], until)}
    assert drawn == {f"0.0 {float(WIDTH)}"}
