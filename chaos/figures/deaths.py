"""Workers that are killed, and jobs that kill their workers."""

import itertools
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from chaos.checker.evidence import Evidence, Fact
from chaos.checker.reviewing import lost_heads
from chaos.checker.timelines import attempts, posts, pull_states
from chaos.figures.measured import UNTOLD, Figure, Run, deployed, verdict
from chaos.recovery import percentile
from chaos.repositories import Repository
from chaos.world import REPOSITORIES, World

RATE, BUSY_RATE = 12.0, 20.0
KILLS = 40
KILL_EVERY_SECONDS = 12.0
NEXT_ATTEMPT_SECONDS = 45.0
PHASE_SECONDS, ROUNDS = 75.0, 2
PILLS = 2
MOST_ATTEMPTS = 3
MOST_CHANGE = 1.2


def worker_death(folder: Path) -> list[Figure]:
    """A worker and its children are killed at once, again and again; when the next attempt at each job starts."""
    with deployed(folder, heads=1000) as made:
        run = Run(made, rate=BUSY_RATE, seconds=KILLS * KILL_EVERY_SECONDS)
        kills = list(_kill_now_and_then(made, run))
        evidence = run.finish()
    waits = _waits(evidence, kills)
    p99 = percentile(waits, 99)
    told = f"p50 {percentile(waits, 50):.1f} s, p99 {p99:.1f} s, at most {max(waits):.1f} s"
    name = f"{len(kills)} × kill −9 of a worker, {len(waits)} jobs interrupted: next attempt after"
    return [Figure(name, "p99 ≤ 45 s", told, p99 <= NEXT_ATTEMPT_SECONDS), verdict(evidence)]


def _kill_now_and_then(made: World, run: Run) -> Iterator[float]:
    for worker in itertools.cycle(made.named("worker")):
        time.sleep(KILL_EVERY_SECONDS)
        if not run.is_acting():
            return
        yield time.monotonic()
        worker.signal(signal.SIGKILL)


def _waits(evidence: Evidence, kills: list[float]) -> list[float]:
    """From each kill to the next attempt at the jobs it interrupted, in seconds."""
    rescued = [attempt for attempt in attempts(evidence) if attempt.ended_by == "rescue"]
    return [
        attempt.gone_on_at - max(kill for kill in kills if kill <= attempt.ended_at)
        for attempt in rescued
        if any(attempt.began_at <= kill <= attempt.ended_at for kill in kills)
    ]


def poison(folder: Path) -> list[Figure]:
    """Reviews that crash their process, beside others: how often they get to do it, and what the others feel.

    Calm and shaken phases take turns, so that both see the same machine.
    """
    with deployed(folder, heads=1000, extra={"CHAOS_POISON": REPOSITORIES[-1]}) as made:
        *others, poisoned = made.repositories
        waits: dict[str, list[float]] = {"calm": [], "shaken": []}
        for phase in ("calm", "shaken") * ROUNDS:
            run = Run(made, rate=RATE, seconds=PHASE_SECONDS, among=others)
            if phase == "shaken":
                _take_pills(made, poisoned)
            evidence = run.finish()
            waits[phase] += _review_seconds(evidence, since=run.began)
    starts = [_claims(rows) for job_id, rows in evidence.history.items() if _is_poison(evidence, job_id)]
    lost = [pull for pull, _, _ in lost_heads(evidence) if not pull.startswith(poisoned.full_name)]
    calm, shaken = (percentile(waits[phase], 95) for phase in ("calm", "shaken"))
    few = max(starts) <= MOST_ATTEMPTS
    told = f"p95 {calm:.2f} s without, {shaken:.2f} s beside them ({shaken / calm - 1:+.0%})"
    return [
        Figure(f"{len(starts)} reviews that crash their worker: attempts", "≤ 3 each", f"at most {max(starts)}", few),
        Figure("… pushed → reviewed, of the others", "p95 + 20 % at most", told, shaken <= MOST_CHANGE * calm),
        Figure("… reviews of others lost", "0", str(len(lost)), not lost),
        verdict(evidence, but=UNTOLD | {"I7"}),
    ]


def _take_pills(made: World, poisoned: Repository) -> None:
    """Open the pull requests whose reviews crash; they are never closed."""
    for head in poisoned.heads[:PILLS]:
        made.github.do(
            "open_pull_request",
            repository=poisoned.full_name,
            base=poisoned.base_sha,
            head=head,
            title="A pill",
        )


def _review_seconds(evidence: Evidence, *, since: float) -> list[float]:
    """From the push of each reviewed head to its review."""
    states = pull_states(evidence)
    return [
        post.at - max(state.at for state in states[post.pull] if state.head == post.head and state.at <= post.at)
        for post in posts(evidence)
        if post.at >= since
    ]


def _is_poison(evidence: Evidence, job_id: object) -> bool:
    job = evidence.jobs[job_id]
    return job["workflow_type"] == "CODE_REVIEW" and str(job["subject"]).startswith(REPOSITORIES[-1])


def _claims(rows: list[Fact]) -> int:
    return sum(row["verb"] == "claim" for row in rows)
