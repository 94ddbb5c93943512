"""All the stand-in holds as JSON, for whoever watches from another process."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from integrations.github.standin import writings
from integrations.github.standin.deliveries import Delivery
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import Pull, Records


def state(records: Records, links: Links, deliveries: Iterable[Delivery]) -> dict[str, Any]:
    with records.lock:
        return {
            "pull_requests": [_pull(pull) for pull in records.pulls.values()],
            "reviews": [
                {"pull_request": stored.pull.full_name, **writings.review(links, stored)} for stored in records.reviews
            ],
            "review_comments": [
                {
                    "pull_request": stored.review.pull.full_name,
                    **writings.review_comment(links, stored, records.reactions),
                }
                for stored in records.comments
            ],
            "resolved": sorted(records.resolved),
            "issue_comments": [
                {"pull_request": stored.pull.full_name, **writings.issue_comment(links, stored)}
                for stored in records.issue_comments
            ],
            "reactions": [
                {"comment": stored.comment.id, **writings.reaction(links, stored)} for stored in records.reactions
            ],
            "check_runs": [writings.check_run(links, run) for run in records.check_runs],
            "deliveries": [delivery_summary(delivery) for delivery in deliveries],
            "writes": [asdict(write) | {"at": write.at.isoformat()} for write in records.writes],
        }


def delivery_summary(delivery: Delivery) -> dict[str, Any]:
    shown = ("id", "event", "action", "status", "answer", "duration_seconds", "redelivery")
    return {key: getattr(delivery, key) for key in shown} | {"sent_at": delivery.sent_at.isoformat()}


def _pull(pull: Pull) -> dict[str, Any]:
    return {
        "name": pull.full_name,
        "title": pull.title,
        "state": pull.state,
        "draft": pull.draft,
        "head_sha": pull.head_sha,
        "base_sha": pull.base_sha,
    }
