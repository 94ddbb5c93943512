"""A campaign: load and faults for a while, then quiet, then judgement.

build the world ▸ load and faults ▸ mend and wait until all is done ▸ send everything again ▸ start everything again
on an empty broker ▸ gather the evidence
"""

import random
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, LiteralString

import httpx

from chaos import holdings
from chaos.checker.evidence import Evidence, Fact, read_lines, read_tables
from chaos.faults import provider, servers
from chaos.github import TOKEN, WEBHOOK_SECRET
from chaos.injector import Injector
from chaos.keeper import wait_until
from chaos.load import Load, lives
from chaos.pace import Pace
from chaos.systems import OURS, System
from chaos.world import OPERATOR, SECRET_KEY, World, world

PROGRESS_SECONDS = 15.0
REPLAYED = 300
STILL_SECONDS = 20.0
CONTENT_SECONDS = 60.0
#: A system without tables is done when it has posted nothing for so long.
SILENT_SECONDS = 30.0

_SECOND_LOOKS: LiteralString = """SELECT id FROM workflow_jobs WHERE workflow_type = 'CHECK_CLOSING'
                                    AND status = 'PENDING' AND attempt = 0 AND due_at > statement_timestamp()"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run is to be. `faults_per_minute` are those from outside; `only` some kinds of them."""

    seconds: float
    rate: float
    seed: int
    pace: Pace
    faults_per_minute: float
    system: System = OURS
    only: Collection[str] = ()
    #: How often each border strikes whoever crosses it.
    failpoint_share: float = 0.0
    plant: str = ""
    second_net: bool = False
    heads: int = 400
    quiet_seconds: float = 600.0
    active_checks: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """`troubles` are what the campaign could not do, or saw by its own acts."""

    evidence: Evidence
    seconds: float
    troubles: list[str]


def run(plan: Plan, folder: Path) -> Outcome:
    """All of it in a world of its own, made in `folder`."""
    began = time.monotonic()
    extra = {"CHAOS_PLANT": plan.plant, "CHAOS_SECOND_NET": "1" if plan.second_net else ""}
    add_processes = plan.system.add_processes
    with world(folder, add_processes, seed=plan.seed, pace=plan.pace, heads=plan.heads, extra=extra) as made:
        say(began, f"up: {', '.join(made.keeper.kept)}")
        arm(made, plan.failpoint_share)
        provider.fair(made)
        before = holdings.at_rest(made)
        loaded = time.monotonic()
        troubles = under_load(made, plan)
        seconds = time.monotonic() - loaded
        arm(made, 0.0)
        troubles += quiet(made, plan)
        vitals, after = vitals_of(made, plan.system), holdings.at_rest(made)
        told = ", ".join(f"{name} {before[name]} → {count}" for name, count in after.items())
        say(began, f"held at rest, before → after: {told}")
        if plan.active_checks and not troubles:
            troubles += [*send_again(made), *start_again(made)]
        evidence = gather(made, plan.system)
        ended = holdings.after_the_end(made)
        say(began, f"held after the end: {', '.join(f'{name} {count}' for name, count in ended.items())}")
        return Outcome(replace(evidence, vitals=vitals, rested=(before, after), ended=ended), seconds, troubles)


def say(since: float, text: str) -> None:
    print(f"{time.monotonic() - since:7.1f} s  {text}", flush=True)


def arm(made: World, share: float) -> None:
    """Have failpoints strike in one process of each pair, so that the other one is as deployed."""
    told = str(share or "")
    for name, kept in made.keeper.kept.items():
        if name.endswith("-1") and kept.environment.get("CHAOS_FAILPOINT_SHARE", "") != told:
            kept.environment = {**kept.environment, "CHAOS_FAILPOINT_SHARE": told}
            made.keeper.stop(name)
            made.keeper.start(name)


def under_load(made: World, plan: Plan) -> list[str]:
    """Load and faults until the load has been acted out; what went wrong with the campaign itself."""
    drawn = lives(made.repositories, seed=plan.seed, rate=plan.rate, seconds=plan.seconds)
    load = Load(made.github, drawn, made.folder / "load.jsonl")
    injector = Injector(made, seed=plan.seed, per_minute=plan.faults_per_minute, only=plan.only)
    stop_load, stop_faults = threading.Event(), threading.Event()
    acting = threading.Thread(target=load.run, args=[stop_load])
    injecting = threading.Thread(target=injector.run, args=[stop_faults])
    acting.start()
    injecting.start()
    began = time.monotonic()
    while acting.is_alive():
        acting.join(PROGRESS_SECONDS)
        told = f"{load.done} of {load.total} acts, {injector.count} faults, the last {injector.latest or 'none'}"
        say(began, told)
    stop_faults.set()
    injecting.join()
    return [*injector.troubles, *([f"{load.failed} acts failed on the stand-in"] if load.failed else [])]


def quiet(made: World, plan: Plan) -> list[str]:
    """Mend everything, and wait until nothing is left to do."""
    provider.clear(made)
    for link in made.links.values():
        link.restore()
    began = time.monotonic()
    is_done = (lambda: not left(made)) if plan.system.stores else (lambda: _is_silent(made))
    if not happens(is_done, seconds=plan.quiet_seconds):
        remains = left(made) if plan.system.stores else "it still posts"
        say(began, f"not all work has ended: {remains}")
        return [f"after {plan.quiet_seconds:.0f} s of quiet: {remains}"]
    say(began, "quiet: all work has ended")
    return []


def vitals_of(made: World, system: System) -> Fact:
    """What /healthz says, once it is content or has been for too long otherwise."""
    told: Fact = {}
    operator = (OPERATOR["username"], OPERATOR["password"])

    def is_content() -> bool:
        with suppress(httpx.HTTPError):
            answer = httpx.get(f"{made.desk_url}/healthz", auth=operator, timeout=10, trust_env=False)
            checks = answer.raise_for_status().json()["checks"]
            # What waits, and no more: that beat was stopped, or GitHub had bad weather when it was asked, is meant.
            told.update({name: check for name, check in checks.items() if "since_seconds" in check})
        return bool(told) and all(vital["status"] == "ok" for vital in told.values())

    if system.stores:
        happens(is_content, seconds=CONTENT_SECONDS)
    return told


def happens(fact: Callable[[], bool], *, seconds: float) -> bool:
    try:
        wait_until(fact, seconds=seconds, what="it")
    except TimeoutError:
        return False
    return True


def left(made: World, *, but_second_looks: bool = False) -> dict[str, int]:
    """What is not done yet: jobs that are not final, messages, and webhooks of the stand-in that are not stored.

    `but_second_looks` leaves out the jobs that only wait to see that a check run is still closed.
    """
    with made.connect() as connection:
        later = connection.execute(_SECOND_LOOKS).fetchall() if but_second_looks else []
        ids = [row[0] for row in later]
        live = connection.execute(
            """SELECT workflow_type || ' ' || status, count(*) FROM workflow_jobs
                WHERE status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') AND id <> ALL(%s::uuid[]) GROUP BY 1""",
            [ids],
        ).fetchall()
        stored = {row[0] for row in connection.execute("SELECT delivery_id::text FROM webhook_deliveries")}
        unsent = "SELECT count(*) FROM outbox_messages WHERE job_id <> ALL(%s::uuid[])"
        messages = connection.execute(unsent, [ids]).fetchall()[0][0]
    webhooks = {fact["delivery"] for fact in _webhooks(made)}
    found = {**dict(live), "messages": messages, "deliveries not stored": len(webhooks - stored)}
    return {name: count for name, count in found.items() if count}


def _webhooks(made: World) -> list[dict[str, Any]]:
    return [fact for fact in read_lines(made.github_log) if fact["fact"] in {"webhook_sent", "webhook_lost"}]


def _is_silent(made: World) -> bool:
    written = [fact["monotonic"] for fact in read_lines(made.github_log) if fact["fact"] == "request"]
    return time.monotonic() - max(written, default=0.0) > SILENT_SECONDS


def send_again(made: World) -> list[str]:
    """I19: deliveries that were taken cause nothing when they come once more."""
    began, before = time.monotonic(), _counts(made)
    ids = sorted({fact["delivery"] for fact in _webhooks(made)})
    again = random.Random(made.seed).sample(ids, min(REPLAYED, len(ids)))  # noqa: S311 - it must repeat
    for delivery_id in again:
        made.github.do("redeliver", delivery_id=delivery_id)
    return _unchanged(made, before, f"I19: {len(again)} deliveries sent again", began)


def start_again(made: World) -> list[str]:
    """I20: all processes restarted on an empty broker change nothing."""
    began, before = time.monotonic(), _counts(made)
    for name in made.keeper.kept:
        made.keeper.stop(name)
    servers.wipe_broker(made)
    for name in made.keeper.kept:
        made.keeper.start(name)
    wait_until(made.is_open, seconds=90, what="the door opening again")
    return _unchanged(made, before, "I20: restarted on an empty broker", began)


def _unchanged(made: World, before: Mapping[str, int], what: str, began: float) -> list[str]:
    wait_until(lambda: not left(made), seconds=90, what="the end of all work")
    after = _counts(made)
    say(began, f"{what}: {'nothing changed' if after == before else f'{before} became {after}'}")
    return [] if after == before else [f"{what}: {before} became {after}"]


def _counts(made: World) -> dict[str, int]:
    with made.connect() as connection:
        rows = connection.execute(
            """SELECT 'jobs', count(*) FROM workflow_jobs WHERE workflow_type <> 'DELIVERY_RECOVERY'
               UNION ALL SELECT 'deliveries', count(*) FROM webhook_deliveries
               UNION ALL SELECT 'reviews', count(*) FROM reviews"""
        ).fetchall()
    facts = read_lines(made.github_log)
    return {**dict(rows), "writes": sum(fact["fact"] == "request" and bool(fact["applied"]) for fact in facts)}


def gather(made: World, system: System) -> Evidence:
    """All that is known, read when no tick of the calendar is under way."""
    for beat in made.named("beat"):
        made.keeper.stop(beat.name)
    if system.stores:
        happens(lambda: not left(made), seconds=STILL_SECONDS)
    return Evidence(
        github=read_lines(made.github_log),
        faults=read_lines(made.faults_log),
        tables=read_tables(made.database_url) if system.stores else {},
        logs={name: kept.log for name, kept in made.keeper.kept.items()},
        dump=_dump(made) if system.stores else "",
        secrets=(TOKEN, WEBHOOK_SECRET, SECRET_KEY),
    )


def _dump(made: World) -> str:
    """All rows as text, but for the bodies of webhooks, which are as GitHub sent them."""
    command = [str(made.postgres.bin / "pg_dump"), "--data-only", "--exclude-table-data=webhook_deliveries"]
    return subprocess.run([*command, made.database_url], check=True, capture_output=True, text=True).stdout
