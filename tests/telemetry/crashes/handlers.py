"""Reviews that end as their payload says, after they have handled every secret of the variable TOLD in every way."""

import json
import logging
import os

import structlog

from celeryconfig import REVIEW_QUEUE
from jobs.attempts import Attempt
from jobs.errors import LeaseLost
from jobs.outcomes import Completed
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType


class Unforeseen(Exception):
    permanent = True


class Limited(Exception):
    rate_limited = True
    retry_after = 600


class Open(Exception):
    circuit_open = True
    retry_after = 600


ENDS = {each.__name__: each for each in (Unforeseen, Limited, Open, LeaseLost)}


def crash(error: type[BaseException]) -> None:
    """Raise it over a chain of errors, with every secret in messages, local variables and breadcrumbs."""
    secrets = json.loads(os.environ["TOLD"])
    for secret in secrets:
        structlog.get_logger("crashes").info("calling", with_what=secret, nested={"authorization": secret})
        logging.getLogger("crashes").warning("calling with %s", secret, extra={"diff": secret})
    raise error(" and ".join(secrets)) from OSError(" ".join(secrets))


def review(attempt: Attempt) -> Completed:
    with attempt.stage("find"):
        crash(ENDS[attempt.payload["end"]])
    return Completed()


def register() -> None:
    job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.PIPELINE, queue=REVIEW_QUEUE)(review)
