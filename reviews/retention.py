"""How long reviews are kept, and what keeps us from saying something twice.

What a pull request was told, its effects and the commands about it are one memory. A push needs all of it: the
fingerprints, so that nothing is told again; the comment of each, to see it fixed; the effects, so that what somebody
deleted is not posted again; the commands, to know whether reviews are wanted. Nobody tells us that a pull request can
get no more pushes: even a closed one is opened again. So the memory goes as a whole, once nothing has come to it for
long and no live job is about it. That somebody had its reviews paused or ignored stays for good: it is a person's
word. A write that no row knows of any more is still not made twice: it is looked for by its marker first (effects.py).

A model call is there for what its review cost: it goes when its job is gone. So does a local review, which is found by
its job alone.
"""

from jobs.pruning import Rule
from jobs.retention import LIVE, expired, may_have_expired, of_organization
from reviews.models import Effect, GivenCommand, ModelCall, Review

# The pull requests that live jobs are about, as texts: a payload may hold anything. NOT IN has no place for nulls.
_LIVE_PULLS = f"""
SELECT about.payload ->> 'repository_id', about.payload ->> 'number' FROM workflow_jobs job
  JOIN workflow_jobs about ON about.id = CASE job.workflow_type WHEN 'CHECK_CLOSING'
                                         THEN (job.payload ->> 'review_job_id')::uuid ELSE job.id END
 WHERE job.status IN ({LIVE}) AND about.payload ->> 'repository_id' IS NOT NULL
   AND about.payload ->> 'number' IS NOT NULL"""  # noqa: S608 - composed of constants

_SAME_PULL = "other.repository_id = row.repository_id AND other.number = row.number"

#: Of what names the repository by its id alone: a review of it tells whose it is, or the job that wrote the row.
_OWNER = """coalesce(
  (SELECT other.organization FROM reviews other WHERE other.repository_id = row.repository_id LIMIT 1),
  (SELECT job.organization FROM workflow_jobs job WHERE job.id = row.job_id), '')"""


def _is_quiet(organization: str) -> str:
    """Whether nothing has come to the pull request of `row` for long, and no live job is about it."""
    touched = {
        "reviews": "other.updated_at",
        "effects": "greatest(other.at, other.done_at)",
        "given_commands": "other.received_at",
    }
    silent = " AND ".join(
        f"NOT EXISTS (SELECT FROM {table} other"
        f" WHERE {_SAME_PULL} AND NOT {expired(moment, 'pull_requests', organization)})"
        for table, moment in touched.items()
    )
    return f"{silent} AND (row.repository_id::text, row.number::text) NOT IN ({_LIVE_PULLS})"


EFFECTS = Rule(
    Effect,
    order=("id",),
    old=may_have_expired("row.at", "pull_requests"),
    goes=f"{_is_quiet(_OWNER)} AND {of_organization(_OWNER)}",
)

COMMANDS = Rule(
    GivenCommand,
    order=("id",),
    old=may_have_expired("row.received_at", "pull_requests"),
    goes=f"""{_is_quiet(_OWNER)} AND {of_organization(_OWNER)}
             AND (%(erases)s OR NOT EXISTS (SELECT FROM given_commands other
                                             WHERE {_SAME_PULL} AND other.command IN ('pause', 'ignore')))""",
)

#: With their findings. After the effects and the commands, whose organization they tell.
REVIEWS = Rule(
    Review,
    order=("id",),
    old=may_have_expired("row.created_at", "pull_requests"),
    goes=f"""row.repository_id IS NOT NULL AND {_is_quiet("row.organization")}
             AND {of_organization("row.organization")}""",
)

LOCAL_REVIEWS = Rule(
    Review, order=("id",), among="repository_id IS NULL AND job_id IS NULL", old="TRUE", goes="row.job_id IS NULL"
)

MODEL_CALLS = Rule(
    ModelCall,
    order=("id",),
    among="job_id IS NULL",
    old="TRUE",
    goes="row.job_id IS NULL AND row.held_until < statement_timestamp()",
)

#: In the order in which they go. The last two follow the jobs.
MEMORY = (EFFECTS, COMMANDS, REVIEWS)
AFTER_JOBS = (LOCAL_REVIEWS, MODEL_CALLS)
