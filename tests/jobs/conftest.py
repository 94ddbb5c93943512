"""A handler to play with: each test says what the next attempt does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from jobs import registry
from jobs.attempts import Attempt
from jobs.enqueue import enqueue
from jobs.outcomes import Completed
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType
from tests.workload.handlers import register

Act = Callable[[Attempt], Completed]


@dataclass
class Script:
    """What the handler does, and what it saw."""

    act: Act = lambda _attempt: Completed()
    attempts: list[Attempt] = field(default_factory=list)

    def __call__(self, attempt: Attempt) -> Completed:
        self.attempts.append(attempt)
        return self.act(attempt)

    def raises(self, *errors: BaseException) -> None:
        """Each attempt raises the next of these; then it completes."""
        left = list(errors)

        def act(_attempt: Attempt) -> Completed:
            if left:
                raise left.pop(0)
            return Completed({"done": True})

        self.act = act


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """The handler of CODE_REVIEW for this test: retries are three, without jitter."""
    monkeypatch.setattr(registry, "_specs", dict(registry._specs))
    handler = Script()
    job_handler(
        WorkflowType.CODE_REVIEW,
        handler_type=HandlerType.TASK,
        queue="workflow.jobs.code_review",
        max_retries=3,
        retry_backoff=2,
        retry_jitter=False,
    )(handler)
    return handler


@pytest.fixture
def workload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs made here are run by workers started with `workload=True`."""
    monkeypatch.setattr(registry, "_specs", {})
    register()


@pytest.fixture
def make_job(script: Script) -> Callable[..., Any]:
    def make(**values: Any) -> Any:
        values.setdefault("dedupe_key", None)
        return enqueue(WorkflowType.CODE_REVIEW, values.pop("payload", {}), **values).job

    return make


@pytest.fixture
def short_grace(settings) -> None:
    """Lost leases are rescued although the database was started not long ago."""
    settings.HEARTBEAT_SECONDS = 0
