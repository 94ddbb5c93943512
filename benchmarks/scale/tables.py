"""The tables of the project, filled from the plan (plan.py): one statement each, for the jobs %(first)s to %(last)s.

In this order: later ones refer to earlier ones. Sequences count on from what the statements leave.
"""

from jobs import keys

_PAUSED = "plan.created_at + make_interval(secs => life.paused * pace)"
#: How fast the job went: never past the end of the time that is told.
_PLANNED = """scale_jobs plan JOIN scale_lives life USING (life)
 CROSS JOIN LATERAL (SELECT least(plan.speed, greatest(0, extract(epoch FROM %(until)s - plan.created_at)::float8)
                                  / greatest(life.seconds, 1)) AS pace) how
 WHERE plan.n BETWEEN %(first)s AND %(last)s"""

JOBS = f"""
INSERT INTO workflow_jobs (id, workflow_type, handler_type, queue, status, payload, organization, subject,
       correlation_id, dedupe_key, gates, attempt, retries, crashes, dispatch, fence, due_at, lease_owner, lease_until,
       stage, checkpoint, wait_type, wait_scope, wait_key, wait_deadline, wait_on_timeout, wake, outcome, error_class,
       error_type, error_message, reason, created_at, updated_at, started_at, finished_at)
SELECT plan.id, plan.workflow_type,
       CASE plan.workflow_type WHEN 'CODE_REVIEW' THEN 'PIPELINE' ELSE 'TASK' END,
       CASE plan.workflow_type WHEN 'CHECK_CLOSING' THEN 'workflow.jobs.code_review'
                               ELSE 'workflow.jobs.' || lower(plan.workflow_type) END,
       life.status,
       jsonb_build_object('origin', 'github', 'repository', repository, 'repository_id', repository_id, 'number',
                          number, 'author', author, 'head_sha', head_sha, 'trigger', 'pushed', 'purpose', 'review'),
       organization,
       CASE plan.workflow_type WHEN 'DELIVERY_RECOVERY' THEN 'repos/' || repository || '/hooks/1'
                               ELSE repository || '#' || number END,
       correlation_id::text,
       CASE plan.workflow_type WHEN 'CODE_REVIEW' THEN repository_id || '#' || number
                               WHEN 'AST_ANALYSIS' THEN repository || '@' || head_sha || ':' || md5(head_sha)
                               ELSE repository_id || ', ' || n END,
       ARRAY['github', 'github:token'], life.attempt, life.retries, life.crashes, life.dispatch, life.fence,
       CASE life.status WHEN 'RETRYING' THEN %(until)s + make_interval(secs => 300 * plan.speed)
                        ELSE plan.created_at + make_interval(secs => life.due * pace) END,
       CASE life.status WHEN 'PROCESSING' THEN worker ELSE '' END,
       CASE life.status WHEN 'PROCESSING' THEN %(until)s + make_interval(secs => 30 - 300 * (mod(n, 50) = 0)::int) END,
       life.stage,
       CASE WHEN life.stage <> '' THEN jsonb_build_object('version', 7, 'done', life.stage, 'repository', repository,
            'head_sha', head_sha, 'files', ARRAY['src/app/views.py', 'src/app/models.py']) END,
       CASE WHEN life.paused IS NULL THEN '' ELSE 'ast.completed' END,
       CASE WHEN life.paused IS NULL THEN '' ELSE organization END,
       CASE WHEN life.paused IS NULL THEN '' ELSE repository || '@' || head_sha END,
       CASE life.status WHEN 'WAITING_FOR_EVENT' THEN %(until)s + make_interval(secs => 900 * (plan.speed - 0.51))
                        ELSE {_PAUSED} + interval '15 minutes' END,
       CASE WHEN life.paused IS NULL THEN '' ELSE 'CONTINUE' END,
       CASE WHEN life.wake IS NOT NULL THEN jsonb_build_object('outcome', life.wake, 'event_type', 'ast.completed',
            'key', repository || '@' || head_sha, 'payload', '{{}}'::jsonb) END,
       CASE life.status WHEN 'COMPLETED' THEN jsonb_build_object('outcome', 'REVIEWED', 'files', 1 + mod(n, 40),
            'inline', mod(n, 4), 'in_body', mod(n, 3), 'dropped', mod(n, 7)) END,
       CASE WHEN life.error = '' THEN '' WHEN life.error = 'RateLimited' THEN 'RATE_LIMITED'
            WHEN life.status = 'FAILED' THEN 'PERMANENT' ELSE 'RETRYABLE' END,
       life.error,
       CASE WHEN life.error = '' THEN '' ELSE 'GitHub answered 502 to GET /repos/' || repository || '/pulls' END,
       CASE life.status WHEN 'CANCELLED' THEN 'superseded by a review of ' || substr(md5(head_sha), 1, 10) ELSE '' END,
       plan.created_at, plan.created_at + make_interval(secs => life.seconds * pace),
       plan.created_at + make_interval(secs => life.claimed * pace),
       CASE WHEN life.status IN ('COMPLETED', 'FAILED', 'CANCELLED')
            THEN plan.created_at + make_interval(secs => life.seconds * pace) END
  FROM {_PLANNED} ORDER BY n"""  # noqa: S608 - composed of constants

KEYS = keys.store("""(SELECT id, organization, '' AS traceparent,
                             jsonb_build_object('repository', repository, 'head_sha', head_sha, 'author', author)
                             AS payload FROM scale_jobs WHERE n BETWEEN %(first)s AND %(last)s)""")

#: In the order of time, as transitions of many jobs come between each other.
HISTORY = f"""
INSERT INTO job_execution_history
       (job_id, verb, from_status, to_status, attempt, dispatch, fence, stage, actor, detail, at)
SELECT plan.id, step.verb, step.from_status, step.to_status, step.attempt, step.dispatch, step.fence, step.stage,
       CASE step.verb WHEN 'enqueue' THEN 'enqueue' WHEN 'resume' THEN 'ast_analysis' WHEN 'supersede' THEN
            'request_review' WHEN 'rescue' THEN 'dispatcher' WHEN 'expire' THEN 'dispatcher' WHEN 'redispatch' THEN
            'dispatcher' WHEN 'cancel' THEN 'webhook' WHEN 'retry by hand' THEN 'admin:mona' ELSE worker END,
       CASE step.verb WHEN 'claim' THEN jsonb_build_object('message', n * 2 + step.dispatch, 'sent_at',
            plan.created_at + make_interval(secs => (step.seconds - 1) * pace)) ELSE step.detail END,
       plan.created_at + make_interval(secs => step.seconds * pace) AS at
  FROM (SELECT plan.*, pace FROM {_PLANNED}) plan JOIN scale_steps step USING (life)
 ORDER BY at, n, step.number"""  # noqa: S608 - composed of constants

OUTBOX = f"""
INSERT INTO outbox_messages
       (job_id, dispatch, organization, destination, body, headers, available_at, created_at, sent_at, attempts,
        last_error)
SELECT plan.id, life.dispatch, organization, 'workflow.jobs.' || lower(plan.workflow_type),
       jsonb_build_object('job_id', plan.id, 'dispatch', life.dispatch),
       jsonb_build_object('correlation_id', correlation_id, 'workflow_type', plan.workflow_type),
       CASE life.status WHEN 'RETRYING' THEN %(until)s + make_interval(secs => 300 * plan.speed)
                        ELSE plan.created_at + make_interval(secs => life.due * pace) END,
       plan.created_at, CASE WHEN mod(n, 3) = 0 AND life.status = 'PENDING' THEN plan.created_at END,
       (mod(n, 3) = 0)::int, ''
  FROM {_PLANNED} AND life.status IN ('PENDING', 'RETRYING') ORDER BY n"""  # noqa: S608 - composed of constants

DELIVERIES = """
INSERT INTO webhook_deliveries
       (delivery_id, event, action, body, body_sha256, headers, hook_id, installation_id, repository, sender, verdict,
        reason, job_id, received_at)
SELECT delivery_id, event, action, body, sha256(body), jsonb_build_object('User-Agent', 'GitHub-Hookshot/0123abc'),
       30, NULL, repository, sender, CASE WHEN own_cause THEN 'ACCEPTED' ELSE 'IGNORED' END,
       CASE WHEN own_cause THEN '' ELSE 'nothing is done about this event' END,
       CASE WHEN own_cause THEN id END, created_at - interval '5 milliseconds'
  FROM (SELECT *, convert_to(json_build_object('action', action, 'delivery', delivery_id, 'number', number,
               'pull_request', json_build_object('head', json_build_object('ref', 'topic', 'sha', head_sha), 'base',
               json_build_object('ref', 'main', 'sha', md5(head_sha)), 'draft', false, 'title', 'Take more in'),
               'repository', json_build_object('id', repository_id, 'full_name', repository, 'default_branch', 'main'),
               'sender', json_build_object('login', sender))::text, 'UTF8') AS body
          FROM (SELECT *, author AS sender,
                       CASE WHEN own_cause THEN correlation_id ELSE md5('other' || n)::uuid END AS delivery_id,
                       CASE WHEN workflow_type = 'COMMAND_ANSWER' THEN 'issue_comment' WHEN own_cause THEN
                            'pull_request' ELSE (ARRAY['push', 'check_run', 'status'])[1 + mod(n, 3)] END AS event,
                       CASE WHEN workflow_type = 'COMMAND_ANSWER' THEN 'created' WHEN own_cause THEN
                            (ARRAY['opened', 'synchronize', 'reopened'])[1 + mod(n, 3)] ELSE '' END AS action
                  FROM scale_jobs WHERE n BETWEEN %(first)s AND %(last)s
                   AND workflow_type <> 'DELIVERY_RECOVERY') plan) sent
 ORDER BY n"""

_REVIEWED = f"{_PLANNED} AND plan.workflow_type = 'CODE_REVIEW' AND life.status = 'COMPLETED'"
#: Most reviews find nothing or little.
_FINDINGS = "floor(9 * (plan.speed - 0.5) ^ 2)::int"

REVIEWS = f"""
INSERT INTO reviews (id, job_id, origin, organization, repository, repository_id, number, head_sha, base_sha, purpose,
       outcome, reason, files, findings_inline, findings_in_body, findings_dropped, github_review_id, created_at,
       updated_at)
SELECT n, plan.id, 'github', organization, repository, repository_id, number, head_sha, md5(head_sha), 'review',
       CASE WHEN life.attempt = 1 AND life.stage = 'read_configuration' THEN 'SKIPPED' WHEN mod(n, 41) = 0 THEN
            'PARTIAL' ELSE 'REVIEWED' END,
       CASE WHEN life.stage = 'read_configuration' THEN 'draft' ELSE '' END,
       1 + mod(n, 40), least(10, {_FINDINGS}), 0, mod(n, 3), (3000000000 + n)::text,
       plan.created_at + make_interval(secs => life.seconds * pace),
       plan.created_at + make_interval(secs => life.seconds * pace)
  FROM {_REVIEWED} ORDER BY n"""  # noqa: S608 - composed of constants

FINDINGS = f"""
INSERT INTO review_findings (review_id, rule, path, line, end_line, severity, message, fingerprint, placement, reason,
       posted, comment_id, fixed_in, thumbs_up, thumbs_down)
SELECT n, 'ruff/' || chr(65 + mod(n * 5 + each, 13)::int) || 100 + mod(n + each * 17, 60), 'src/app/module_' ||
       mod(n + each, 300) || '.py', line, line, (ARRAY['low', 'medium', 'high', 'critical'])[1 + mod(n + each, 4)],
       '`value_' || mod(n, 1000) || '` is assigned to and never used', encode(sha256((repository_id || '/' ||
       mod(n, 5000) || '/' || each)::bytea), 'hex'), CASE WHEN each > 7 THEN 'dropped' ELSE 'inline' END,
       CASE WHEN each > 7 THEN 'the limit of the review' ELSE '' END, each <= 7,
       CASE WHEN each <= 7 THEN n * 10 + each END, CASE WHEN mod(n + each, 5) = 0 THEN md5(head_sha) ELSE '' END,
       (mod(n + each, 11) = 0)::int, (mod(n + each, 29) = 0)::int
  FROM (SELECT n, repository_id, head_sha, life.stage, {_FINDINGS} AS many FROM {_REVIEWED}) plan
 CROSS JOIN LATERAL generate_series(1, many) each CROSS JOIN LATERAL (SELECT 1 + mod(n * 31 + each * 7, 900)) l (line)
 WHERE stage <> 'read_configuration' ORDER BY n, each"""  # noqa: S608 - composed of constants

EFFECTS = f"""
INSERT INTO effects (repository_id, number, head_sha, purpose, marker, state, external_id, job_id, fence, at, done_at)
SELECT repository_id, number, head_sha, purpose, '<!-- kodus:' || purpose || ':' || md5(head_sha || purpose) || ' -->',
       CASE WHEN mod(n, 9973) = 0 THEN 'UNKNOWN' ELSE 'DONE' END, (4000000000 + n)::text, plan.id, life.fence,
       plan.created_at + make_interval(secs => life.seconds * pace),
       plan.created_at + make_interval(secs => life.seconds * pace)
  FROM scale_purposes CROSS JOIN {_REVIEWED} AND life.stage <> 'read_configuration'
 ORDER BY n, purpose"""  # noqa: S608 - composed of constants

EVENTS = f"""
INSERT INTO workflow_events (event_id, type, scope, key, payload, source, verdict, duplicates, received_at)
SELECT 'ast:' || plan.id || ':' || life.attempt || ':' || life.status, 'ast.completed', organization,
       repository || '@' || head_sha, jsonb_build_object('status', lower(life.status), 'job_id', plan.id, 'head_sha',
       head_sha), 'ast_analysis', (ARRAY['RESUMED', 'RESUMED', 'EARLY', 'LATE'])[1 + mod(n / 2, 4)], 0,
       plan.created_at + make_interval(secs => life.seconds * pace)
  FROM {_PLANNED} AND plan.workflow_type = 'AST_ANALYSIS' AND life.status IN ('COMPLETED', 'FAILED')
 ORDER BY n"""  # noqa: S608 - composed of constants

MODEL_CALLS = f"""
INSERT INTO model_calls (job_id, provider, model, started_at, held_until, ended_at, milliseconds, error, input_tokens,
       output_tokens, cost, findings, dropped)
SELECT plan.id, 'https://models.example', 'reviewer-2', at, at + interval '4 minutes', at + interval '9 seconds', 9000,
       CASE WHEN mod(n, 97) = 0 THEN 'timeout' ELSE '' END, 4000 + mod(n, 9000), 300 + mod(n, 700), 0.012, mod(n, 4),
       '{{}}'
  FROM (SELECT plan.id, n, plan.created_at + make_interval(secs => life.seconds * pace * 0.6) AS at
          FROM {_REVIEWED} AND mod(n, 4) = 1) plan ORDER BY n"""  # noqa: S608 - composed of constants

COMMANDS = f"""
INSERT INTO given_commands (repository_id, number, comment_id, command, given_by, given_at, job_id, received_at)
SELECT repository_id, number, 5000000000 + n, (ARRAY['review', 'why', 'help', 'pause'])[1 + mod(n / 2, 4)],
       'user-' || mod(n, 5000), date_trunc('second', plan.created_at), plan.id, plan.created_at
  FROM {_PLANNED} AND plan.workflow_type = 'COMMAND_ANSWER' ORDER BY n"""  # noqa: S608 - composed of constants

INBOX = """
INSERT INTO inbox_messages (consumer, message_id, received_at, completed_at)
SELECT 'workflow.events', 'foreign-' || n, created_at, created_at
  FROM scale_jobs WHERE n BETWEEN %(first)s AND %(last)s AND mod(n, 50) = 0 ORDER BY n"""

#: What is filled, by the table's name.
FILLINGS = {
    "workflow_jobs": JOBS,
    "job_keys": KEYS,
    "job_execution_history": HISTORY,
    "outbox_messages": OUTBOX,
    "webhook_deliveries": DELIVERIES,
    "reviews": REVIEWS,
    "review_findings": FINDINGS,
    "effects": EFFECTS,
    "workflow_events": EVENTS,
    "model_calls": MODEL_CALLS,
    "given_commands": COMMANDS,
    "inbox_messages": INBOX,
}
#: Those filled with ids of the plan's instead of their sequence's.
NUMBERED_BY_HAND = ("reviews",)
PURPOSES = ("check", "review")
