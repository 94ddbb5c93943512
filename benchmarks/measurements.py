"""The measurements of engine.py, one function each: run, print, return the figures."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from django.db import transaction

from benchmarks.ground import percentile, run, stamps_file
from benchmarks.stamps import count, rate, read
from benchmarks.systems import OURS, READY, SYSTEMS, WORKERS, System, ours_left
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import EventType, JobStatus, WorkflowType
from jobs.waits import emit
from tests.processes import Process, running
from tests.services import wait_until

LATENCY_AIM_MS = 15.0
RESUME_AIM_MS = 25.0
PATIENCE_SECONDS = 600
ONE_BY_ONE = 200
WARM_UP = 10
PER_ROUND = 1_000


def latency(*, jobs: int | None, rounds: int) -> dict[str, Any]:
    """The clock starts right before COMMIT is sent, so the flush to disk and the wake-up of the relay are in it."""
    del rounds

    def one() -> int:
        with transaction.atomic():
            enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None)
            return time.monotonic_ns()

    return _one_by_one("commit → handler starts", one, jobs or ONE_BY_ONE, aim_ms=LATENCY_AIM_MS)


def resume(*, jobs: int | None, rounds: int) -> dict[str, Any]:
    """The clock starts before `emit` is called: storing the event and its commit are in it."""
    del rounds

    def one() -> int:
        key = uuid4().hex
        job = enqueue(WorkflowType.CODE_REVIEW, {"wait": key}, dedupe_key=None).job
        paused = WorkflowJob.objects.filter(id=job.id, status=JobStatus.WAITING_FOR_EVENT)
        wait_until(paused.exists, seconds=60, what="the pause")
        _rest()
        emitted_at = time.monotonic_ns()
        emit(EventType.AST_COMPLETED, scope="", key=key, payload={}, event_id=key, source="benchmark")
        return emitted_at

    return _one_by_one("emit → handler runs again", one, jobs or ONE_BY_ONE, aim_ms=RESUME_AIM_MS)


def lifecycle(*, jobs: int | None, rounds: int) -> dict[str, Any]:
    """Every system takes its turn in every round, so that what disturbs the machine disturbs all of them."""
    run("-m", "procrastinate", "--app=benchmarks.plain_procrastinate.app", "schema", "--apply")
    taken: dict[str, list[dict[str, float]]] = {system.name: [] for system in SYSTEMS}
    for number in range(rounds):
        for system in SYSTEMS:
            figures = _turn(system, jobs or PER_ROUND)
            taken[system.name].append(figures)
            print(f"round {number + 1}  {system.name:14} {_line(figures)}")
    medians = {name: _medians(turns) for name, turns in taken.items()}
    _print_ratios(medians)
    return {"jobs": jobs or PER_ROUND, "rounds": taken, "median": medians}


def _one_by_one(what: str, one: Callable[[], int], jobs: int, *, aim_ms: float) -> dict[str, Any]:
    stamps = stamps_file(fresh=True)
    taken_ms = []
    with _started(OURS.processes(workers=1)):
        for number in range(1, WARM_UP + jobs + 1):
            since_ns = one()
            _wait_for(number, OURS)
            taken_ms.append((read(stamps)[-1].at_ns - since_ns) / 1e6)
            _rest()
    measured = taken_ms[WARM_UP:]
    p50, p99 = percentile(measured, 50), percentile(measured, 99)
    met = _met(p50 <= aim_ms)
    print(f"{what}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {jobs} jobs (aim p50 ≤ {aim_ms:.0f} ms: {met})")
    return {"p50_ms": p50, "p99_ms": p99, "jobs": jobs, "aim_p50_ms": aim_ms, "all_ms": measured}


def _rest() -> None:
    """Idle means idle: nothing of the last job is still going on, and no beat is fallen into."""
    time.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - jitter


def _turn(system: System, jobs: int) -> dict[str, float]:
    """`put` one by one with nothing running, `run` what was put, then `live`: put while it runs, first to last."""
    stamps = stamps_file(fresh=True)
    began = time.monotonic_ns()
    system.put(jobs)
    put = jobs / (time.monotonic_ns() - began) * 1e9
    with _started(system.processes()):
        _wait_for(jobs, system)
        ran = rate(read(stamps), processes=WORKERS)
        began = time.monotonic_ns()
        system.put(jobs)
        _wait_for(2 * jobs, system)
        live = jobs / (read(stamps)[-1].at_ns - began) * 1e9
    return {"put": put, "run": ran, "live": live}


def _wait_for(jobs: int, system: System) -> None:
    stamps = stamps_file()
    wait_until(lambda: count(stamps) >= jobs, seconds=PATIENCE_SECONDS, what=f"{jobs} jobs of {system.name}")
    if system is OURS:
        wait_until(lambda: not ours_left(), seconds=PATIENCE_SECONDS, what="the last job's end")
    assert count(stamps) == jobs, "a job ran twice"


@contextmanager
def _started(processes: list[Process]) -> Iterator[None]:
    with running(*processes):
        for process in processes:
            wait_until(partial(_ready, process), seconds=60, what=f"the start of {process.command}")
        yield


def _ready(process: Process) -> bool:
    return any(map(process.says, READY))


def _medians(turns: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(turn[name] for turn in turns) for name in turns[0]}


def _print_ratios(medians: dict[str, dict[str, float]]) -> None:
    ours = medians[OURS.name]
    for name, figures in medians.items():
        ratios = "  ".join(f"{figure} ×{ours[figure] / value:.2f}" for figure, value in figures.items())
        print(f"median   {name:14} {_line(figures)}   ours is {ratios}")
    met = all(ours[figure] >= medians["procrastinate"][figure] for figure in ("run", "live"))
    print(f"aim: run and live at least procrastinate's: {_met(met)}")


def _line(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:6.0f}/s" for name, value in figures.items())


def _met(fact: bool) -> str:
    return "met" if fact else "missed"
