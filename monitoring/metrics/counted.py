"""What the processes of this host have counted (telemetry/counting.py), the door's and the workers' too.

A series that nobody has counted yet is made known here with 0, where its labels are ours: else its first count would
be no increase, and an alert about it would name nothing.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product

from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from jobs.counts import OUTCOMES
from jobs.registry import registered
from jobs.states import ErrorClassification, Verb, WorkflowType
from reviews.pipeline import STAGES
from telemetry import counters, counting
from telemetry.counting import Counter
from webhooks.models import Verdict
from webhooks.routing import ACTED_ON

KINDS = tuple(kind.value for kind in WorkflowType)
KNOWN: dict[Counter, tuple[tuple[str, ...], ...]] = {
    counters.DELIVERIES: (tuple(sorted({*ACTED_ON, "other"})), tuple(verdict.value for verdict in Verdict)),
    counters.REFUSALS: (("signature_invalid", "store_unavailable", "internal_error"),),
    counters.TRANSITIONS: (KINDS, tuple(verb.value for verb in Verb)),
    counters.FINISHED: (KINDS, tuple(OUTCOMES.values())),
    counters.FAILED_ATTEMPTS: (KINDS, tuple(why.value for why in ErrorClassification)),
    counters.FENCED: (KINDS,),
    counters.DUPLICATES: (("delivery", "message"),),
    counters.PUBLISHED: (("sent", "refused", "unconfirmed"),),
    counters.EFFECTS: (("review", "summary", "check"), ("written", "adopted", "unknown")),
    counters.GITHUB_REQUESTS: (("GET",), ("/graphql",), ("200",)),
}


class NoCounts(OSError):
    """The folder of the counts cannot be read; METRICS_DIR in the settings names it."""


def counted() -> Iterator[Metric]:
    folder = counting.folder()
    make_known()
    if folder is None or not folder.is_dir():
        raise NoCounts(str(folder))
    yield from MultiProcessCollector(None, path=str(folder)).collect()


@cache
def make_known() -> None:
    for counter, labels in KNOWN.items():
        for values in product(*labels):
            counter.add(*values, amount=0)
    for spec in registered():
        counters.QUEUE_SECONDS.start(spec.queue)
    for stage in STAGES:
        counters.STAGE_SECONDS.start(stage.__name__, "done")
    counters.DELIVERY_SECONDS.start("202")
    counters.DELIVERY_BYTES.start()
