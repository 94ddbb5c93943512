from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from integrations.github.standin import StandIn
from jobs.models import WorkflowJob
from tests.webhooks.recovery.conftest import HOOK
from webhooks.models import Hook, MissedDelivery
from webhooks.recovery import request_recovery


def run(**options: object) -> str:
    out = StringIO()
    call_command("recover_deliveries", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_it_makes_the_job_of_every_named_hook(settings):
    settings.GITHUB_HOOKS = (HOOK, "orgs/octo/hooks/2")
    said = run()
    assert all(f"{job.subject}: job {job.id}\n" in said for job in WorkflowJob.objects.all())
    assert WorkflowJob.objects.count() == 2


@pytest.mark.django_db
def test_it_tells_when_a_job_is_under_way():
    job = request_recovery(HOOK).job
    assert run(hook=HOOK) == f"{HOOK}: job {job.id}, which is under way already\n"


def test_a_dry_run_lists_what_is_missing_and_changes_nothing(standin: StandIn):
    standin.set_weather(webhooks_lost=1.0)
    lost = standin.ping("octo/app")
    said = run(dry_run=True)
    assert f"ping  {lost.id}: failed to connect" in said
    assert f"{HOOK}: 1 missing" in said
    assert (WorkflowJob.objects.count(), Hook.objects.count(), standin.writes) == (0, 0, [])


def test_a_dry_run_lists_what_is_remembered_as_well(standin: StandIn):
    hook = Hook.objects.create(path=HOOK)
    standin.set_weather(webhooks_lost=1.0)
    lost = standin.ping("octo/app")
    MissedDelivery.objects.create(
        hook=hook, guid=lost.id, attempt_id=1, event="ping", failed_at=lost.sent_at, failure="as it was then"
    )
    said = run(dry_run=True)
    assert "as it was then" in said
    assert "1 missing" in said


def test_a_hook_that_is_gone_is_told(standin: StandIn):
    with pytest.raises(CommandError, match=r"hooks/9: There is no such thing on GitHub"):
        run(hook="repos/octo/app/hooks/9", dry_run=True)


@pytest.mark.parametrize("hook", ["octo/app", "repos/octo/app/hooks/1/"])
def test_only_a_webhooks_path_will_do(hook: str):
    with pytest.raises(CommandError, match="is no webhook's path"):
        run(hook=hook)


def test_with_no_hook_named_it_says_what_to_do(settings):
    settings.GITHUB_HOOKS = ()
    with pytest.raises(CommandError, match="KODUS_GITHUB_HOOKS"):
        run()
