"""A page at a time, each by itself: nothing waits for the pruning, and nothing is lost when it ends anywhere."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs import keys, pruning
from jobs.models import JobExecutionHistory, JobKey, WorkflowEvent, WorkflowJob
from jobs.pruning import Run, prune
from jobs.retention import EVENTS, JOBS, parameters
from jobs.states import JobStatus
from tests.retention import event, job

pytestmark = pytest.mark.usefixtures("no_rest")
COMPLETED = JOBS[JobStatus.COMPLETED]
in_pages_of_two = partial(replace, page=2)


def archived(folder, table: str) -> list[dict]:
    files = sorted(folder.glob(f"*/{table}-*.ndjson.gz"))
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


@pytest.mark.django_db
class TestPages:
    def test_all_pages_are_walked_also_behind_rows_that_stay(self):
        kept = [job(days=200, correlation_id="live") for _ in range(3)]
        job(JobStatus.PENDING, days=1, correlation_id="live")
        for _ in range(3):
            job(days=150)
        assert prune([in_pages_of_two(COMPLETED)], Run(parameters()))["workflow_jobs"] == 3
        assert set(WorkflowJob.objects.filter(status="COMPLETED")) == set(kept)

    def test_the_walk_ends_with_the_first_page_that_holds_nothing_old(self):
        for days in (40, 20, 19, 18, 17, 16, 15):
            event(days=days)
        with CaptureQueriesContext(connection) as queries:
            prune([in_pages_of_two(EVENTS)], Run(parameters()))
        looks = [query for query in queries if query["sql"].startswith("SELECT id, (row.received_at)")]
        assert len(looks) == 2
        assert WorkflowEvent.objects.count() == 6

    def test_a_dry_run_counts_what_would_go_and_changes_nothing(self):
        job(days=200), job(days=10)
        assert prune([COMPLETED], Run(parameters(), dry=True)) == {"workflow_jobs": 1}
        assert WorkflowJob.objects.count() == 2

    def test_a_run_whose_time_is_up_ends_behind_its_page_and_the_next_goes_on(self):
        for _ in range(5):
            job(days=200)
        runs = [prune([in_pages_of_two(COMPLETED)], Run(parameters(), ends_at=0.0)) for _ in range(3)]
        assert [run["workflow_jobs"] for run in runs] == [2, 2, 1]

    def test_a_process_that_is_told_to_stop_ends_behind_its_page(self):
        for _ in range(3):
            job(days=200)
        prune([in_pages_of_two(COMPLETED)], Run(parameters(), is_stopped=lambda: True))
        assert WorkflowJob.objects.count() == 1

    def test_it_rests_after_each_page_that_lost_rows(self, monkeypatch):
        rests = []
        monkeypatch.setattr(pruning.time, "sleep", rests.append)
        monkeypatch.setattr(pruning, "REST_SECONDS", (0.02, 2.0))
        for _ in range(4):
            job(days=200)
        prune([in_pages_of_two(COMPLETED)], Run(parameters()))
        assert len(rests) == 2
        assert all(0.02 <= rest <= 2 for rest in rests)


@pytest.mark.django_db(transaction=True)
class TestBesideOthers:
    def test_a_row_that_somebody_holds_is_left_to_the_next_run(self):
        held, free = job(days=200), job(days=200)
        with transaction.atomic(), ThreadPoolExecutor(1) as other:
            WorkflowJob.objects.select_for_update().get(id=held.id)
            other.submit(self.pruned).result(timeout=60)
            assert WorkflowJob.objects.get() == held
        self.pruned()
        assert WorkflowJob.objects.count() == 0
        assert free not in WorkflowJob.objects.all()

    def test_two_runs_at_once_delete_each_row_once(self):
        for _ in range(40):
            job(days=200)
        with ThreadPoolExecutor(2) as runs:
            gone = [run.result() for run in [runs.submit(self.pruned), runs.submit(self.pruned)]]
        assert sum(each["workflow_jobs"] for each in gone) == 40
        assert JobExecutionHistory.objects.count() == 0

    def test_a_job_that_is_retried_by_hand_before_its_page_is_locked_stays(self, monkeypatch):
        retried = job(JobStatus.FAILED, days=400)
        lock = pruning.Rule.lock

        def after_the_retry(rule):
            WorkflowJob.objects.filter(id=retried.id).update(status=JobStatus.PENDING)
            return lock(rule)

        monkeypatch.setattr(pruning.Rule, "lock", after_the_retry)
        assert prune([JOBS[JobStatus.FAILED]], Run(parameters())) == {}
        assert WorkflowJob.objects.get().status == JobStatus.PENDING

    def test_rows_whose_children_are_held_for_too_long_are_left_to_the_next_run(self, settings):
        job(days=200)
        with transaction.atomic(), ThreadPoolExecutor(1) as other:
            JobExecutionHistory.objects.select_for_update().first()
            assert other.submit(self.pruned, lock_timeout="50ms").result(timeout=60) == {}
        assert self.pruned()["workflow_jobs"] == 1

    def test_rows_that_get_named_anew_before_they_are_gone_are_left_to_the_next_run(self, monkeypatch):
        named = job(days=200)

        def delete_without_its_history(_model, ids):
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM workflow_jobs WHERE id = ANY(%s)", [ids])
            return {}

        monkeypatch.setattr(pruning, "delete_rows", delete_without_its_history)
        assert prune([COMPLETED], Run(parameters())) == {}
        assert WorkflowJob.objects.get() == named

    def pruned(self, *, lock_timeout: str = "5s"):
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{lock_timeout}'")
            return prune([in_pages_of_two(COMPLETED)], Run(parameters()))
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
            connection.close()


@pytest.mark.django_db
class TestArchive:
    def test_what_goes_is_in_the_archive_whole(self, tmp_path):
        gone = job(days=200, payload={"name": "Mo\u0308na"})
        prune([COMPLETED], Run(parameters(), archive=tmp_path))
        (row,) = archived(tmp_path, "workflow_jobs")
        assert (UUID(row["id"]), row["payload"]) == (gone.id, {"name": "Mo\u0308na"})
        assert [entry["verb"] for entry in archived(tmp_path, "job_execution_history")] == ["enqueue", "claim"]

    def test_nothing_goes_when_the_archive_cannot_be_written(self, tmp_path):
        (tmp_path / "full").write_text("a file where the folder should be")
        job(days=200)
        with pytest.raises(OSError, match="full"):
            prune([COMPLETED], Run(parameters(), archive=tmp_path / "full"))
        assert WorkflowJob.objects.count() == 1

    def test_a_batch_that_fails_after_its_copy_is_copied_again(self, tmp_path, monkeypatch):
        job(days=200)
        broken = replace(COMPLETED, act=lambda _ids: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prune([broken], Run(parameters(), archive=tmp_path))
        prune([COMPLETED], Run(parameters(), archive=tmp_path))
        assert len(archived(tmp_path, "workflow_jobs")) == 2
        assert WorkflowJob.objects.count() == 0

    def test_only_its_owner_may_read_it_and_no_file_is_half_written(self, tmp_path):
        job(days=200)
        prune([COMPLETED], Run(parameters(), archive=tmp_path))
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        assert not [path for path in files if path.name.startswith(".")]


@pytest.mark.django_db
def test_what_a_job_was_found_by_goes_with_it():
    gone, kept = job(days=200, organization="octo"), job(days=1, organization="octo")
    sql = f"WITH moved AS (SELECT * FROM workflow_jobs) {keys.store('moved')}"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(sql)
    prune([COMPLETED], Run(parameters()))
    assert not WorkflowJob.objects.filter(id=gone.id).exists()
    assert set(JobKey.objects.values_list("job_id", flat=True)) == {kept.id}
