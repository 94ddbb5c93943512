"""What a bulk action is about, as the job that does it keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from jobs.states import TRANSITIONS, JobStatus, Verb
from monitoring.access import Caller, Scope
from monitoring.lists.jobs import JobFilter
from monitoring.visible import confined_jobs

#: Jobs that one action is carried out on.
MOST = 100_000
#: By the word for it (steering.py), the transition of each job.
VERBS = {"cancel": Verb.CANCEL, "retry": Verb.RETRY_BY_HAND}
_MAY = frozenset({Scope.JOBS_WRITE})


@dataclass(frozen=True, slots=True)
class BulkAction:
    """`wanted` reaches no other organization than the caller's."""

    action: str
    wanted: JobFilter
    reason: str
    caller: Caller

    @classmethod
    def by(cls, caller: Caller, action: str, wanted: JobFilter, *, reason: str = "") -> Self:
        return cls(action, confined_jobs(replace(wanted, newest_first=True), caller), reason, caller)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """As it was asked for; the caller may do here what they asked for, in the organization they were of."""
        caller = Caller(payload["by"], _MAY, payload["organization"])
        return cls.by(caller, payload["action"], _filter_of(payload["filter"]), reason=payload["reason"])

    def to_json(self) -> dict[str, Any]:
        return {
            "action": self.action,
            "filter": _filter_json(self.wanted),
            "reason": self.reason,
            "by": self.caller.name,
            "organization": self.caller.organization,
        }

    @property
    def verb(self) -> Verb:
        return VERBS[self.action]

    @property
    def reachable(self) -> JobFilter:
        """Of the jobs that fit, those to which this can be done: the others are left as they are."""
        can = TRANSITIONS[self.verb].sources
        asked = self.wanted.values.get("status", list(JobStatus))
        return replace(self.wanted, values={**self.wanted.values, "status": sorted(can & set(asked))})

    def words(self) -> str:
        """Cancel all with status FAILED, repository octo/app."""
        told = [
            f"{name.replace('_', ' ')} {' or '.join(value) if isinstance(value, list) else value}"
            for name, value in _filter_json(self.wanted).items()
        ]
        return f"{self.action.capitalize()} all with {', '.join(told)}"


def _filter_json(wanted: JobFilter) -> dict[str, Any]:
    """In the words of the API."""
    told: dict[str, Any] = {name: list(values) for name, values in wanted.values.items()}
    times = {"created_after": wanted.since, "created_before": wanted.until}
    return told | {name: time.isoformat() for name, time in times.items() if time}


def _filter_of(told: Mapping[str, Any]) -> JobFilter:
    times = {name: datetime.fromisoformat(told[name]) for name in ("created_after", "created_before") if name in told}
    values = {name: list(given) for name, given in told.items() if name not in times}
    return JobFilter(values, since=times.get("created_after"), until=times.get("created_before"))
