from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import keys
from monitoring import sampling
from monitoring.sampling import MOST_COUNTED_OF_A_MOMENT, MOST_OF_A_MOMENT, PERIODS, drawn, weight
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


HALF = timedelta(minutes=30)


def test_a_moment_that_was_counted_whole_stands_for_what_was_counted():
    assert weight(5, 5, NOW, NOW + HALF, timedelta(hours=1)) == 1
    assert weight(10, 99, NOW, NOW + timedelta(milliseconds=1), timedelta(hours=1)) == pytest.approx(9.9)


def test_of_a_busy_moment_each_job_stands_for_as_many_as_their_distance_tells():
    many = MOST_COUNTED_OF_A_MOMENT
    last = NOW + timedelta(seconds=many - 1)
    assert weight(10, many, NOW, last, timedelta(hours=1)) == pytest.approx(360)


def test_a_moment_has_no_fewer_jobs_than_were_counted():
    many = MOST_COUNTED_OF_A_MOMENT
    assert weight(10, many, NOW, NOW + 2 * HALF, HALF) == many / 10
    assert weight(10, many, NOW, NOW, HALF) == many / 10


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

    def test_many_that_come_at_once_are_not_taken_for_many_more(self):
        jobs = [job_at(NOW) for _ in range(3 * MOST_OF_A_MOMENT)]
        sample = drawn(HOUR, NOW)
        assert (len(sample.jobs), sample.is_whole) == (len(jobs), True)

    def test_what_is_too_much_to_be_read_is_counted(self, monkeypatch):
        monkeypatch.setattr(sampling, "MOST_OF_ALL", 5)
        for _ in range(3 * MOST_OF_A_MOMENT):
            job_at(NOW)
        sample = drawn(HOUR, NOW)
        assert (len(sample.jobs), sample.is_whole) == (MOST_OF_A_MOMENT, False)
        assert sum(job.weight for job in sample.jobs) == pytest.approx(3 * MOST_OF_A_MOMENT)

    def test_however_many_there_are_a_bounded_number_is_read_and_the_rest_estimated(self, monkeypatch):
        monkeypatch.setattr(sampling, "MOST_OF_ALL", 5)
        begin = HOUR.begin(NOW)
        for number in range(300):
            job_at(begin + timedelta(seconds=number / 5))
        sample = drawn(HOUR, NOW)
        assert len(sample.jobs) == MOST_OF_A_MOMENT
        assert sum(job.weight for job in sample.jobs) == pytest.approx(300, rel=0.01)
        assert not sample.is_whole

    @pytest.mark.parametrize(("most", "statements"), [(500, 1), (0, 2)])
    def test_it_is_two_statements_at_most_however_long_the_time(
        self, django_assert_num_queries, monkeypatch, most, statements
    ):
        monkeypatch.setattr(sampling, "MOST_OF_ALL", most)
        job_at(timezone.now())
        for period in PERIODS.values():
            with django_assert_num_queries(statements):
                drawn(period, timezone.now())

    def test_more_moments_than_now_are_not_asked_for(self):
        assert max(period.bars * period.moments_of_a_bar for period in PERIODS.values()) * MOST_OF_A_MOMENT <= 720
