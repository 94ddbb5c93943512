"""What each job is, before any row of it is written: one row of `scale_jobs` per job, numbered by age.

Everything is drawn from the job's number and the seed, so the same numbers come again. Jobs stand in pairs: the odd
one is a review, the even one most often the code graph that it waits for, with the same cause, pull request and head.
"""

from typing import Any

from benchmarks.scale.lives import LIVES, Life
from jobs.states import JobStatus, Verb

#: An organization is as large in a small database as in a large one: what differs is how many there are.
JOBS_PER_ORGANIZATION, FEWEST_ORGANIZATIONS = 2_500, 20
#: Over how many days the jobs that are over are spread; the live ones are of the last two hours.
DAYS = 90
REVIEWS_PER_PULL_REQUEST = 6
FEWEST_LIVE = 500

_DETAILS = {
    Verb.COMPLETE: '{"outcome": "REVIEWED", "files": 7, "inline": 2, "in_body": 1, "dropped": 3}',
    Verb.FAIL: '{"error_class": "PERMANENT", "error_type": "GitHubUnavailable", "error_message": "502 Bad Gateway"}',
    Verb.RETRY: '{"error_class": "RETRYABLE", "error_type": "GitHubUnavailable", "delay_seconds": 4.2}',
    Verb.PAUSE: '{"event": "ast.completed", "key": "the head", "already_there": false}',
    Verb.RESUME: '{"event": "ast.completed", "key": "the head"}',
    Verb.SUPERSEDE: '{"reason": "superseded by a review of 0123abcdef"}',
    Verb.CANCEL: '{"reason": "the pull request was closed"}',
    Verb.RESCUE: '{"worker": "worker-7:4211:ab12", "why": "The worker stopped renewing its lease."}',
    Verb.RETRY_BY_HAND: '{"reason": "GitHub is back"}',
}
_TABLES = """
CREATE TEMP TABLE scale_lives (life int, workflow_type text, live bool, low float8, high float8, status text,
  attempt int, dispatch int, fence bigint, retries int, crashes int, stage text, seconds float8, claimed float8,
  paused float8, due float8, error text, wake text);
CREATE TEMP TABLE scale_steps (life int, number int, verb text, from_status text, to_status text, attempt int,
  dispatch int, fence bigint, stage text, seconds float8, detail jsonb);
CREATE UNLOGGED TABLE scale_jobs (n bigint, id uuid, workflow_type text, life int, organization text, repository text,
  repository_id bigint, number int, author text, head_sha text, correlation_id uuid, own_cause bool, live bool,
  created_at timestamptz, speed float8, worker text);
"""


def draw(subject: str, what: str, seed: int) -> str:
    """SQL for a number in [0, 1) that depends on the number `subject`, on what it is for, and on the seed only."""
    salt = int.from_bytes(f"{what:8.8}".encode(), "big") % (1 << 61) + seed
    return f"((hashint8extended({subject}, {salt}) & 1073741823) / 1073741824.0::float8)"


def prepare(connection: Any) -> None:
    """The tables that tell the lives, and an empty one for the jobs."""
    connection.execute(_TABLES)
    lives, steps = _life_rows(), _step_rows()
    with connection.cursor() as cursor:
        for table, rows in (("scale_lives", lives), ("scale_steps", steps)):
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    connection.execute("ANALYZE scale_lives; ANALYZE scale_steps")


def jobs_sql(*, jobs: int, seed: int) -> str:
    """An INSERT of the jobs %(first)s to %(last)s of so many that lie before %(until)s."""
    live = max(FEWEST_LIVE, jobs // 1_000)
    organizations = max(FEWEST_ORGANIZATIONS, jobs // JOBS_PER_ORGANIZATION)
    return f"""
INSERT INTO scale_jobs
SELECT n, (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' || substr(chance, 1, 3)
           || substr('89ab', 1 + mod(n, 4)::int, 1) || substr(chance, 4, 15))::uuid,
       job.workflow_type, life, organization, repository, repository_id,
       CASE WHEN is_live THEN 1000000 + k::int ELSE 1 + (progress * pull_requests)::int END,
       'user-' || mod(repository_id * 7 + (progress * pull_requests)::int, 5000),
       encode(sha256(('head' || k || '/{seed}')::bytea), 'hex')::char(40), md5('cause' || k || '/{seed}')::uuid, k = n,
       is_live, created_at, 0.5::float8 + {draw("n", "speed", seed)},
       'worker-' || 1 + mod(n, 12) || ':' || 4000 + mod(n, 97) || ':' || substr(chance, 20, 8)
  FROM (SELECT n, least(1, (n - 0.5::float8) / {jobs - 2 * live}) AS progress, n > {jobs - 2 * live} AS recent,
               CASE WHEN mod(n, 2) = 1 THEN 'CODE_REVIEW' ELSE (ARRAY['CODE_REVIEW', 'AST_ANALYSIS', 'AST_ANALYSIS',
                    'AST_ANALYSIS', 'AST_ANALYSIS', 'COMMAND_ANSWER', 'CHECK_CLOSING', 'DELIVERY_RECOVERY'])
                [width_bucket({draw("n", "type", seed)}, ARRAY[0, 0.16, 0.4, 0.6, 0.8, 0.92, 0.97, 0.995]::float8[])]
                    END AS workflow_type
          FROM generate_series(%(first)s::bigint, %(last)s::bigint) n OFFSET 0) job
 CROSS JOIN LATERAL (
       SELECT CASE WHEN workflow_type IN ('AST_ANALYSIS', 'CHECK_CLOSING') THEN n - 1 ELSE n END AS k,
              recent AND {draw("n", "live", seed)} < 0.5 AS is_live, md5('job' || n || '/{seed}') AS chance,
              {draw("n", "life", seed)} AS lot,
              CASE WHEN recent THEN %(until)s - interval '2 hours' * (({jobs} - n + 0.5::float8) / {2 * live})
                   ELSE %(until)s - interval '2 hours' - interval '1 day' * ({DAYS} * (1 - progress)
                        - 0.8 * sin(2 * pi() * {DAYS} * progress) / (2 * pi()))
                   END AS created_at OFFSET 0) known
 CROSS JOIN LATERAL (
       SELECT floor({organizations} * {draw("k", "org", seed)} ^ 4)::int AS o,
              {draw("k", "repo", seed)} ^ 2 AS r OFFSET 0) whose
 CROSS JOIN LATERAL (
       SELECT 'org-' || o AS organization, floor(repositories * r)::int AS repo, repositories,
              {jobs} * (((o + 1) / {organizations}::float8) ^ 0.25 - (o / {organizations}::float8) ^ 0.25) AS jobs_here
         FROM (SELECT 1 + 400 / (o + 1) AS repositories) many OFFSET 0) where_
 CROSS JOIN LATERAL (
       SELECT organization || '/repo-' || repo AS repository, 1000000 + o * 1000 + repo AS repository_id,
              jobs_here * (((repo + 1)::float8 / repositories) ^ 0.5 - (repo::float8 / repositories) ^ 0.5)
              / {REVIEWS_PER_PULL_REQUEST} AS pull_requests) which
  JOIN scale_lives life ON life.workflow_type = job.workflow_type AND life.live = is_live
   AND lot >= low AND lot < high
 ORDER BY n"""  # noqa: S608 - composed of constants and numbers


def _life_rows() -> list[tuple[Any, ...]]:
    return [_life_row(number, life) for number, life in enumerate(LIVES)]


def _life_row(number: int, life: Life) -> tuple[Any, ...]:
    kind = [other for other in LIVES if (other.workflow_type, other.is_live) == (life.workflow_type, life.is_live)]
    whole = sum(other.share for other in kind)
    before = sum(other.share for other in kind[: kind.index(life)])
    high = 2.0 if kind[-1] is life else (before + life.share) / whole
    end, claimed, paused = life.steps[-1], life.last(Verb.CLAIM), life.last(Verb.PAUSE)
    first_claim = next((step.seconds for step in life.steps if step.verb is Verb.CLAIM), None)
    due = [step for step in life.steps if step.target in {JobStatus.PENDING, JobStatus.RETRYING}][-1]
    woken = life.last(Verb.RESUME, Verb.EXPIRE)
    return (
        *(number, life.workflow_type.value, life.is_live, before / whole, high, end.target.value),
        *(end.attempt, end.dispatch, end.fence, life.count(Verb.RETRY), life.count(Verb.RESCUE), end.stage),
        *(end.seconds, first_claim if claimed else None, paused.seconds if paused else None, due.seconds, life.error),
        {Verb.RESUME: "EVENT", Verb.EXPIRE: "TIMEOUT"}[woken.verb] if woken else None,
    )


def _step_rows() -> list[tuple[Any, ...]]:
    return [
        (
            *(life, number, step.verb.value, step.source and step.source.value, step.target.value),
            *(step.attempt, step.dispatch, step.fence, step.stage, step.seconds, _DETAILS.get(step.verb, "{}")),
        )
        for life, told in enumerate(LIVES)
        for number, step in enumerate(told.steps)
    ]
