import tracemalloc

import pytest

from monitoring.cron_words import in_words


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("* * * * *", "every minute"),
        ("*/2 * * * *", "every 2 minutes"),
        ("*/1 * * * *", "every minute"),
        ("0 * * * *", "every hour, on the hour"),
        ("15 * * * *", "every hour at minute 15"),
        ("30 4 * * *", "every day at 04:30"),
        ("0 */6 * * *", "every 6 hours at minute 0"),
        ("30 4 * * 1", "at 04:30 on Mondays"),
        ("30 4 * * 7", "at 04:30 on Sundays"),
        ("30 4 * * 1-5", "at 04:30 from Monday to Friday"),
        ("30 4 1 * *", "at 04:30 on day 1 of the month"),
        ("*/5 * * * 0", "every 5 minutes on Sundays"),
        ("0,30 4 * * *", "cron: 0,30 4 * * *"),
        ("0 0 31 2 *", "cron: 0 0 31 2 *"),
        ("61 25 * * *", "cron: 61 25 * * *"),
    ],
)
def test_a_cron_expression_is_said_in_words_or_shown(cron, told):
    assert in_words(*cron.split()) == told


@pytest.mark.parametrize(
    "hostile", ["1--100000000", "1-999999999", "*/999999999", "0-9" * 80, "٣", "\0", "mon-sun" * 9]
)
@pytest.mark.parametrize("position", range(5))
def test_a_hostile_range_is_neither_expanded_nor_shown_at_length(hostile, position):
    fields = ["0", "0", "*", "*", "*"]
    fields[position] = hostile
    tracemalloc.start()
    told = in_words(*fields)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told.startswith("cron: ")
    assert len(told) < 80
    assert peak < 100_000
