"""The API does what its description says, whatever it is asked: Schemathesis asks, by each of its checks.

`SCHEMATHESIS_EXAMPLES=500 pytest --timeout 0 tests/monitoring/api/test_described.py` asks for longer.
"""

import itertools
import os
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.transport.wsgi import WSGITransport

from jobs import statement
from monitoring.access import Scope
from monitoring.api.examples import PLACES
from monitoring.bulk.start import start
from monitoring.tokens import make_token
from tests.monitoring.bulk.conftest import asked, completed, failed, run
from webhooks.models import Verdict, WebhookDelivery

OPENAPI = "/workflow-queue/openapi"
_numbers = itertools.count()


def configuration(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "generation": {
                "deterministic": True,
                "max-examples": int(os.environ.get("SCHEMATHESIS_EXAMPLES", "2")),
                "database": "none",
            },
            # 412: a job has changed since some made-up ETag. That is what If-Match is for, whatever is in it.
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "412"]},
                "negative_data_rejection": {
                    "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422"]
                },
            },
        }
    )


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Schemathesis asks from threads of its own, which leave no connection behind."""
    response = WSGIHandler()(environ, start_response)
    try:
        return list(response)
    finally:
        response.close()
        connection.close()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """A key that was made up for one request is not used for the next as well: that is refused, rightly."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and 0 < len(key) < 180 and all("!" <= letter <= "~" for letter in key):
        case.headers["Idempotency-Key"] = f"{key}-{next(_numbers)}"


def without_sockets(send: Any) -> Any:
    """Schemathesis's engine tells of these whatever it asks; only sessions over the network know them."""
    names = ("max_redirects", "verify", "cert", "proxies")

    def sent(*given: Any, **named: Any) -> Any:
        return send(*given, **{name: value for name, value in named.items() if name not in names})

    return sent


@pytest.fixture
def schema(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(WSGITransport, "send", without_sockets(WSGITransport.send))
    PeriodicTask.objects.all().delete()
    every_minute = CrontabSchedule.objects.create()
    PeriodicTask.objects.create(id=PLACES["schedule_id"], name="any", task="any", crontab=every_minute)
    with monkeypatch.context() as patch:
        patch.setattr(statement, "uuid7", lambda: UUID(PLACES["job_id"]))
        job = failed()
        patch.setattr(statement, "uuid7", lambda: UUID(PLACES["bulk_id"]))
        bulk = start(asked("retry", repository="octo/none"))
    run(bulk)
    completed()
    WebhookDelivery.objects.create(
        delivery_id=PLACES["delivery_id"], event="ping", repository="octo/app", verdict=Verdict.PING, job=job,
        body=b'{"zen": "x"}', body_sha256=b"x" * 32,
    )  # fmt: skip
    _, text = make_token("schemathesis", list(Scope), created_by="tests", days=1)
    headers = {"Authorization": f"Bearer {text}"}
    return schemathesis.openapi.from_wsgi(OPENAPI, app, config=configuration(text), headers=headers)


@pytest.mark.timeout(600)
@pytest.mark.django_db(transaction=True)
def test_every_answer_is_one_that_is_described(schema: Any) -> None:
    failures, done = dict[str, str](), set[str]()
    for event in from_schema(schema).execute():
        assert not isinstance(event, events.FatalError | events.NonFatalError), vars(event)
        if isinstance(event, events.ScenarioFinished):
            for case_id, node in event.recorder.cases.items():
                answer = event.recorder.interactions[case_id].response
                if answer and answer.status_code < 300 and node.value.method == node.value.operation.method.upper():
                    done.add(node.value.operation.label)
            failures |= dict(failures_of(event))
    assert not failures, "\n\n".join(failures.values())
    every = {operation.ok().label for operation in schema.get_all_operations()}
    assert every - done == set(), "what was only ever refused shows little"


def failures_of(event: events.ScenarioFinished) -> Iterator[tuple[str, str]]:
    for case_id, checks in event.recorder.checks.items():
        answer = event.recorder.interactions[case_id].response
        for check in checks:
            if check.failure_info:
                said = check.failure_info.failure
                told = answer.content[:300] if answer else ""
                yield (
                    f"{event.label} {said.title} {said.message}",
                    f"{event.label}: {said.title}\n{said.message}\n{check.failure_info.code_sample}\n{told!r}",
                )
