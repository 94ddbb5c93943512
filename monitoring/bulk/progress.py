"""How far a bulk action has come: what its job keeps between batches, and ends with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from jobs.models import WorkflowJob
from jobs.states import WorkflowType


@dataclass(frozen=True, slots=True)
class Progress:
    """`batch` is being acted on; it begins behind the jobs that were `done` or `refused`, the latter by reason.

    `after` is where the next batch begins; without one, this is the last. `more` jobs fit than one action may be
    about.
    """

    done: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    batch: tuple[str, ...] = ()
    after: str | None = None
    begun: bool = False
    more: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> Self:
        return cls(**{**kept, "batch": tuple(kept["batch"])}) if kept else cls()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def total(self) -> int:
        return self.done + sum(self.refused.values())

    @property
    def is_last(self) -> bool:
        return self.begun and (self.after is None or self.more)

    def acted(self) -> Self:
        return replace(self, done=self.done + 1)

    def was_refused(self, reason: str) -> Self:
        return replace(self, refused={**self.refused, reason: self.refused.get(reason, 0) + 1})

    def behind(self) -> UUID | None:
        return UUID(self.after) if self.after else None

    def outcome(self) -> dict[str, Any]:
        return {"done": self.done, "refused": dict(self.refused), "more": self.more}


def is_bulk(job: WorkflowJob) -> bool:
    return job.workflow_type == WorkflowType.BULK_ACTION


def progress_of(job: WorkflowJob) -> Progress:
    """Of the job of a bulk action. Until it has ended, as of its last batch."""
    return Progress(**job.outcome) if job.outcome else Progress.of(job.checkpoint)
