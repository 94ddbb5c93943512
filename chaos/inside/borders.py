"""Where the service can be struck from within, and how."""

#: Where something was done and is not known yet, or is known and not done yet: each function by where it is looked up.
BORDERS = {
    "carry out": "webhooks.intake:carry_out",
    "insert delivery": "webhooks.intake:insert",
    "commit": "django.db.backends.base.base:BaseDatabaseWrapper._commit",
    "enqueue": "jobs.transitions:enqueue",
    "take": "jobs.maintenance.relay:_take",
    "publish": "jobs.broker:Publisher.publish",
    "claim": "jobs.transitions:claim",
    "checkpoint": "jobs.transitions:checkpoint",
    "complete": "jobs.transitions:complete",
    "retry": "jobs.transitions:retry",
    "pause": "jobs.transitions:pause",
    "emit": "analysis.handlers:emit",
    "resume": "jobs.transitions:resume",
    "rescue": "jobs.transitions:rescue",
    "redispatch": "jobs.transitions:redispatch",
    "release": "jobs.transitions:release",
    "intent": "reviews.effects:_committed_intent",
    "open check": "integrations.github.client:GitHub.create_check_run",
    "post review": "integrations.github.client:GitHub.post_review",
    "post summary": "integrations.github.client:GitHub.post_issue_comment",
    "edit summary": "integrations.github.client:GitHub.edit_issue_comment",
    "reply": "integrations.github.client:GitHub.reply",
    "resolve thread": "integrations.github.client:GitHub.resolve_thread",
    "close check": "integrations.github.client:GitHub.update_check_run",
    "mark done": "reviews.effects:_mark",
    "record": "reviews.handlers:record",
    "acknowledge": "jobs.tasks:execute",
    "store graph": "analysis.handlers:build_missing_graphs",
}
MOMENTS = ("before", "after")
ACTIONS = ("kill", "kill all", "break", "stall")
