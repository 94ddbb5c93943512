import subprocess
import sys
from itertools import pairwise

import pytest
from django.core.checks import run_checks

import celeryconfig
from integrations.git import batch
from integrations.github.connection import TIMEOUTS
from jobs import checks, registry
from jobs.registry import job_handler, registered, spec_of
from jobs.states import HandlerType, WorkflowType
from reviews.analyzers import ruff
from tests.source_tree import ROOT


@pytest.fixture
def handler(monkeypatch):
    """Registers a handler of CODE_REVIEW with these options, for this test."""
    monkeypatch.setattr(registry, "_specs", {})

    def register(queue="workflow.jobs.code_review", **options):
        job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.TASK, queue=queue, **options)(lambda _: None)

    return register


def ids(found):
    return [message.id for message in found]


def test_the_service_as_it_is_passes():
    command = [sys.executable, "manage.py", "check", "--tag", "jobs", "--fail-level", "WARNING"]
    answer = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_the_checks_are_registered(settings):
    settings.LEASE_SECONDS, settings.HEARTBEAT_SECONDS = 10, 7
    assert ids(run_checks(tags=["jobs"])) == ["jobs.E001"]


@pytest.mark.parametrize(("lease", "heartbeat", "found"), [(21, 7, []), (20, 7, ["jobs.E001"])])
def test_a_lease_outlasts_two_missed_heartbeats(settings, lease, heartbeat, found):
    settings.LEASE_SECONDS, settings.HEARTBEAT_SECONDS = lease, heartbeat
    assert ids(checks.check_lease()) == found


@pytest.mark.parametrize(
    ("soft", "hard", "found"),
    [(1200, 1320, []), (1320, 1320, ["jobs.E002"]), (1400, 1320, ["jobs.E002"]), (1200, 1800, ["jobs.E002"])],
)
def test_soft_limit_hard_limit_and_the_brokers_patience_follow_on_each_other(handler, soft, hard, found):
    handler(soft_time_limit=soft, time_limit=hard)
    assert ids(checks.check_time_limits()) == found


def test_with_redis_the_brokers_patience_is_its_visibility_timeout(monkeypatch, handler):
    monkeypatch.setattr(celeryconfig, "broker_transport_options", {"visibility_timeout": 600})
    handler(soft_time_limit=500, time_limit=700)
    assert ids(checks.check_time_limits()) == ["jobs.E002"]


def test_a_handler_on_a_queue_nobody_declared_is_refused(handler):
    handler(queue="workflow.jobs.code_reviews")
    (error,) = checks.check_queues()
    assert error.id == "jobs.E003"
    assert "'workflow.jobs.code_reviews'" in error.msg


def test_every_handlers_queue_is_declared():
    assert registered()
    assert checks.check_queues() == []


def test_each_timeout_ends_before_the_next_one():
    """HTTP call < tool in a stage < reading a repository < soft limit < hard limit < broker."""
    review = spec_of(WorkflowType.CODE_REVIEW)
    steps = [TIMEOUTS.connect + TIMEOUTS.read, ruff.TIMEOUT_SECONDS, batch._TIMEOUT_SECONDS]
    limits = [review.soft_time_limit, review.time_limit, checks.consumer_timeout_seconds()]
    assert all(earlier < later for earlier, later in pairwise([*steps, *limits]))


def test_a_call_to_github_fits_into_a_lease(settings):
    assert TIMEOUTS.connect + TIMEOUTS.read < settings.LEASE_SECONDS
