"""What comes from people and from other programs: an operator in the admin, events from an analyser outside."""

import json
import random
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, LiteralString

import httpx
import kombu
import psycopg
from kombu.exceptions import OperationalError

from chaos.faults.kinds import fault
from chaos.world import OPERATOR, World

_JOBS = "/admin/jobs/workflowjob/"
_OF_JOBS = "SELECT id FROM workflow_jobs WHERE "


@fault(group="operator", weight=2)
def operator_cancels(world: World, rng: random.Random) -> Iterator[str]:
    yield _act(world, rng, "cancel_jobs", _OF_JOBS + "status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') LIMIT 200")


@fault(group="operator")
def operator_retries(world: World, rng: random.Random) -> Iterator[str]:
    yield _act(world, rng, "retry_jobs", _OF_JOBS + "status IN ('FAILED', 'CANCELLED') LIMIT 200")


@fault(group="outside events", weight=2)
def events_at_odd_times(world: World, rng: random.Random) -> Iterator[str]:
    """Early, doubled, late, of nobody's, and not even JSON, all at once."""
    keys = _rows(
        world,
        "SELECT wait_scope, wait_key FROM workflow_jobs WHERE wait_key <> '' ORDER BY updated_at DESC LIMIT 50",
    )
    some = rng.choice(world.repositories)
    keys += [(some.full_name.partition("/")[0], f"{some.full_name}@{rng.choice(some.heads)}") for _ in range(20)]
    messages = [_event(*rng.choice(keys)) for _ in range(10)]
    messages += [*rng.choices(messages, k=5), "{ this is no event", '{"type": "ast.completed"}']
    with suppress(OSError, OperationalError):  # the broker may be away just now
        _publish(world, messages)
    yield f"{len(messages)} messages"


def _event(scope: str, key: str) -> str:
    told = {"event_id": str(uuid.uuid4()), "type": "ast.completed", "scope": scope, "key": key}
    return json.dumps({**told, "payload": {"status": "failed"}})


def _publish(world: World, messages: list[str]) -> None:
    with kombu.Connection(world.rabbitmq.url, connect_timeout=5) as connection:
        producer = connection.Producer(exchange=kombu.Exchange("workflow.events", "topic", no_declare=True))
        for message in messages:
            producer.publish(message, routing_key="ast.completed", content_type="application/json", retry=False)


def _rows(world: World, query: LiteralString) -> list[tuple[Any, ...]]:
    """No rows when the database is away just now."""
    try:
        with world.connect() as connection:
            return connection.execute(query).fetchall()
    except psycopg.Error:
        return []


def _act(world: World, rng: random.Random, action: str, query: LiteralString) -> str:
    """Sign in to the admin, select some jobs, choose the action, give a reason: all as a browser does it."""
    found = _rows(world, query)
    chosen = [str(row[0]) for row in rng.sample(found, min(2, len(found)))]
    if not chosen:
        return "no job to choose"
    try:
        with httpx.Client(base_url=world.desk_url, timeout=10, follow_redirects=True, trust_env=False) as browser:
            _post(browser, "/admin/login/", {**OPERATOR, "next": _JOBS})
            form = {"action": action, "_selected_action": chosen, "confirmed": "1", "reason": "It looked odd."}
            _post(browser, _JOBS, form)
    except httpx.HTTPError:
        return "the admin did not answer"
    return f"{len(chosen)} jobs"


def _post(browser: httpx.Client, path: str, form: Mapping[str, object]) -> None:
    browser.get(path).raise_for_status()
    browser.post(path, data={**form, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}).raise_for_status()
