"""Every address, every method, every caller: the table is made from the addresses themselves."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from monitoring.access import OF_ROLE, Caller, Scope
from monitoring.bulk.asked import BulkAction
from monitoring.bulk.start import start
from monitoring.lists.jobs import JobFilter
from monitoring.models import ApiToken, Member, Role
from monitoring.tokens import make_token, revoke
from webhooks.models import Verdict, WebhookDelivery

pytestmark = pytest.mark.django_db

API = "workflow-queue/"
#: What an address answers to those who may.
DONE = {200, 201, 202, 409}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path)
        elif isinstance(pattern, URLPattern) and path.startswith(API):
            yield f"/{path}", getattr(pattern.callback, "cls", pattern.callback)


ADDRESSES = dict(addresses(get_resolver("kodus_queue.urls")))
VIEWS = {path: view for path, view in ADDRESSES.items() if path != f"/{API}openapi"}
ASKED = [(path, method) for path, view in VIEWS.items() for method in view.scopes]
LISTS = {path: view for path, view in VIEWS.items() if "<" not in path and "GET" in view.scopes}
OF_ONE_ROW = [(path, method) for path, method in ASKED if "<" in path and not VIEWS[path].everybodys]


@pytest.fixture
def job() -> WorkflowJob:
    payload = {"repository": "acme/app", "number": 1, "head_sha": "1" * 40, "trigger": "opened"}
    return enqueue(WorkflowType.CODE_REVIEW, payload, dedupe_key=None, organization="acme", subject="acme/app#1").job


@pytest.fixture
def delivery(job: WorkflowJob) -> WebhookDelivery:
    return WebhookDelivery.objects.create(
        delivery_id=uuid4(), event="ping", repository="acme/app", verdict=Verdict.PING, job=job, body=b'{"zen": "x"}',
        body_sha256=hashlib.sha256(b"x").digest(),
    )  # fmt: skip


@pytest.fixture
def bulk() -> WorkflowJob:
    caller = Caller("token:tests", frozenset({Scope.JOBS_WRITE}), "acme")
    wanted = JobFilter({"repository": ["acme/none"]})
    return start(BulkAction.by(caller, "cancel", wanted, reason="because"))


@pytest.fixture
def schedule() -> PeriodicTask:
    return PeriodicTask.objects.create(name="any", task="any", crontab=CrontabSchedule.objects.create())


@pytest.fixture
def ask(job: WorkflowJob, delivery: WebhookDelivery, bulk: WorkflowJob, schedule: PeriodicTask) -> Any:
    places: dict[str, Any] = {
        "<str:job_id>": job.id,
        "<str:name>": job.queue,
        "<str:delivery_id>": delivery.delivery_id,
        "<str:bulk_id>": bulk.id,
        "<int:schedule_id>": schedule.pk,
    }

    def send(client: Client, path: str, method: str) -> int:
        for name, value in places.items():
            path = path.replace(name, str(value))
        body: dict[str, Any] = {"reason": "because"}
        if path.endswith("/events"):
            body = {"event_id": str(uuid4()), "type": "ast.completed", "scope": "acme", "key": "acme/app@1"}
        if path.endswith("/bulk-actions/preview"):
            body = {"action": "cancel", "filter": {"repository": ["octo/none"]}}
        if path.endswith("/bulk-actions"):
            body |= {"action": "cancel", "filter": {"repository": ["octo/none"]}}
        given = {"data": body, "content_type": "application/json"} if method != "GET" else {}
        return int(getattr(client, method.lower())(path, **given).status_code)

    return send


def test_every_view_names_a_scope_for_each_of_its_methods():
    for path, view in VIEWS.items():
        has = {method for method in METHODS if hasattr(view, method.lower())}
        assert has == set(view.scopes), path


@pytest.mark.parametrize(("path", "method"), ASKED)
def test_without_signing_in_nothing_is_told(ask, path, method):
    assert ask(Client(), path, method) == 401


@pytest.mark.parametrize(("path", "method"), ASKED)
def test_a_token_needs_exactly_this_scope(ask, speaker, path, method):
    needed = VIEWS[path].scopes[method]
    assert ask(speaker(*(set(Scope) - {needed})), path, method) == 403
    assert ask(speaker(needed), path, method) in DONE


@pytest.mark.parametrize(("path", "method"), OF_ONE_ROW)
def test_another_organizations_row_is_not_there(ask, speaker, path, method):
    assert ask(speaker(*Scope, organization="octo"), path, method) == 404
    assert ask(speaker(*Scope, organization="acme"), path, method) in {200, 409}


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method in ASKED if VIEWS[path].everybodys])
def test_what_is_everybodys_is_for_those_who_are_of_none(ask, speaker, path, method):
    assert ask(speaker(*Scope, organization="acme"), path, method) == 403


@pytest.mark.parametrize("path", [path for path, view in LISTS.items() if not view.everybodys])
def test_a_list_holds_no_other_organizations_rows(ask, speaker, job, delivery, path):
    client = speaker(*Scope, organization="octo")
    for query in ({}, {"organization": "acme"}) if path.endswith(("/jobs", "/deliveries")) else ({},):
        answer = client.get(path, query)
        assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("path", "method"), ASKED)
def test_a_role_may_what_its_scopes_say(ask, role, path, method):
    user = User.objects.create_user("ada")
    Member.objects.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    expected = DONE if VIEWS[path].scopes[method] in OF_ROLE[role] else {403}
    assert ask(client, path, method) in expected


@pytest.mark.parametrize(("path", "method"), ASKED)
def test_a_user_without_a_role_may_nothing(ask, path, method):
    client = Client()
    client.force_login(User.objects.create_user("ada", is_staff=True))
    assert ask(client, path, method) == 403


@pytest.mark.parametrize("path", VIEWS)
def test_a_method_an_address_does_not_have_is_said_to_be_none(ask, operator, path):
    for method in set(METHODS) - set(VIEWS[path].scopes):
        assert ask(operator, path, method) == 405


def token(**values: Any) -> tuple[ApiToken, str]:
    return make_token("test", [Scope.JOBS_READ], created_by="tests", days=1, **values)


def jobs_with(**headers: str) -> Any:
    return Client().get("/workflow-queue/jobs", headers=headers)


def bearer(text: str) -> Any:
    return jobs_with(Authorization=f"Bearer {text}")


def test_a_token_is_stored_as_a_hash_and_never_shown_again():
    stored, text = token()
    assert bytes(stored.sha256) == hashlib.sha256(text.encode()).digest()
    assert text not in {str(value) for value in vars(stored).values()}
    assert bearer(text).status_code == 200


def test_a_revoked_token_is_refused_at_once():
    stored, text = token()
    revoke(stored)
    assert bearer(text).status_code == 401


def test_an_expired_token_is_refused():
    stored, text = token()
    ApiToken.objects.filter(pk=stored.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert bearer(text).status_code == 401


@pytest.mark.parametrize("text", ["", "kq_", "nonsense", "kq_" + "A" * 51, "\0", "x" * 8_000, "kq_ü"])
def test_what_is_no_token_is_refused(text):
    answer = bearer(text)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="workflow-queue"')


def test_two_credentials_at_once_are_none():
    _, text = token()
    assert bearer(f"{text}, Bearer {text}").status_code == 401


def test_a_token_in_the_address_is_none():
    _, text = token()
    for name in ("token", "access_token", "key"):
        assert Client().get("/workflow-queue/jobs", {name: text}).status_code == 401


def test_the_use_of_a_token_is_noted_once_a_minute(django_assert_num_queries):
    stored, text = token()
    bearer(text)
    stored.refresh_from_db()
    first = stored.last_used_at
    bearer(text)
    stored.refresh_from_db()
    assert first is not None
    assert stored.last_used_at == first


def test_a_signed_in_user_needs_the_forgery_token_to_act(job):
    user = User.objects.create_superuser("root")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    answer = client.post(
        f"/workflow-queue/jobs/{job.id}/cancel", {"reason": "x"}, content_type="application/json",
        headers={"Origin": "null"},
    )  # fmt: skip
    assert answer.status_code == 403
    job.refresh_from_db()
    assert job.status == "PENDING"


def test_a_header_that_overrides_the_method_does_nothing(operator, job):
    answer = operator.get(f"/workflow-queue/jobs/{job.id}", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200
