from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import keys
from monitoring import sampling
from monitoring.sampling import MOST_COUNTED, MOST_OF_A_MOMENT, MOST_OF_ONE, PERIODS, drawn, estimated
from tests.monitoring.pages.story import job_at

HOUR = PERIODS["1h"]
NOW = datetime(2026, 11, 30, 12, 1, 30, tzinfo=UTC)


def keyed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"WITH moved AS (SELECT * FROM workflow_jobs) {keys.store('moved')}")  # noqa: S608 - constants


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_a_period_ends_with_the_bar_that_runs_now(period):
    begin = period.begin(NOW)
    end = begin + period.bars * period.width
    assert end - period.width <= NOW < end
    assert begin.timestamp() % period.width.total_seconds() == 0
    assert period.begin(NOW + timedelta(seconds=1)) == begin


MINUTE = timedelta(minutes=1)


def test_what_was_counted_is_not_estimated():
    assert estimated(16, NOW, NOW, MINUTE) == 16


def test_of_a_moment_with_more_than_is_counted_their_speed_tells_how_many():
    assert estimated(MOST_COUNTED, NOW, NOW + MINUTE / 4, MINUTE) == 4 * MOST_COUNTED
    assert estimated(MOST_COUNTED, NOW, NOW + MINUTE, MINUTE) == MOST_COUNTED


@pytest.mark.django_db
class TestDrawing:
    def test_few_jobs_are_all_read_and_said_to_be_all(self):
        jobs = [job_at(NOW - timedelta(minutes=minutes)) for minutes in (57, 30, 29, 0)]
        sample = drawn(HOUR, NOW)
        assert [job.id for job in sample.jobs] == [job.id for job in jobs]
        assert {job.weight for job in sample.jobs} == {1}
        assert sample.is_whole

    def test_each_is_in_the_bar_of_its_time(self):
        for minutes in (57, 30, 0):
            job_at(NOW - timedelta(minutes=minutes))
        assert [job.bar for job in drawn(HOUR, NOW).jobs] == [1, 14, 29]

    def test_what_is_older_or_of_another_repository_is_left_out(self):
        job_at(NOW - timedelta(hours=2))
        mine, other = job_at(NOW), job_at(NOW, "octo/other")
        keyed()
        assert [job.id for job in drawn(HOUR, NOW, repository="octo/app").jobs] == [mine.id]
        assert {job.id for job in drawn(HOUR, NOW, organization="octo").jobs} == {mine.id, other.id}
        assert drawn(HOUR, NOW, organization="acme").jobs == []
        assert drawn(HOUR, NOW, repository="octo/app", organization="acme").jobs == []

    @pytest.mark.parametrize("apart", [timedelta(), timedelta(milliseconds=100)])
    def test_of_many_a_few_are_read_and_the_rest_counted_however_fast_they_came(self, apart):
        begin = HOUR.begin(NOW)
        for number in range(40):
            job_at(begin + number * apart)
        keyed()
        for of, read in (({}, MOST_OF_A_MOMENT), ({"organization": "octo"}, MOST_OF_ONE)):
            sample = drawn(HOUR, NOW, **of)
            assert len(sample.jobs) == read
            assert sum(job.weight for job in sample.jobs) == pytest.approx(40)
            assert (sample.is_whole, sample.is_counted) == (False, True)

    def test_where_counting_ends_the_rest_is_estimated(self, monkeypatch):
        monkeypatch.setattr(sampling, "MOST_COUNTED", 20)
        begin = HOUR.begin(NOW)
        for number in range(120):
            job_at(begin + timedelta(seconds=number / 2))
        sample = drawn(HOUR, NOW)
        assert sum(job.weight for job in sample.jobs) == pytest.approx(120, rel=0.1)
        assert not sample.is_counted

    def test_it_is_one_statement_however_long_the_time(self, django_assert_num_queries):
        job_at(timezone.now())
        for period in PERIODS.values():
            with django_assert_num_queries(1):
                drawn(period, timezone.now())

    def test_more_moments_than_now_are_not_asked_for(self):
        assert max(period.bars * period.moments_of_a_bar for period in PERIODS.values()) * MOST_OF_A_MOMENT <= 720
