"""What strangers may write, in every field that some page shows: it is text there, and nothing else."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from celeryconfig import REVIEW_QUEUE
from jobs.models import Gate, JobExecutionHistory, OutboxMessage, PausedQueue, Process, WorkflowEvent, WorkflowJob
from jobs.states import WorkflowType
from monitoring.pages.urls import urlpatterns
from reviews.models import Effect, Finding, Review
from tests.monitoring.pages.story import Story, lived, make_job, take
from webhooks.models import WebhookDelivery

pytestmark = pytest.mark.django_db

CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"' onmouseover=alert(1) x='",
    "</pre></td><svg onload=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "{{ 7|add:7 }}{% now 'Y' %}",
    "\u202etxt.exe\u200b",
)
NOT_PAGES = {"sign-in", "sign-out", "csp-report", "job-cancel", "job-retry", "delivery-reprocess"} | {
    "queue-pause",
    "queue-resume",
}
#: A page that shows nothing without it.
ASKED = {"bulk-cancel": {"status": "PENDING"}, "bulk-retry": {"status": "FAILED"}}
NAMES = [pattern.name for pattern in urlpatterns if pattern.name not in NOT_PAGES]


class Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or (name in {"href", "src", "action"} and not self._is_ours(value or "")):
                self.wrong.append(f"<{tag} {name}={value}>")
        if tag == "script" and not dict(attrs).get("src"):
            self.wrong.append("<script>")

    def _is_ours(self, address: str) -> bool:
        return address == "" or address.startswith(("/", "#", "?", "https://github.com/"))


def spoil(text: str) -> Story:
    story = lived()
    take(make_job(story.delivery.delivery_id, WorkflowType.COMMAND_ANSWER))
    words = text[:100]
    WorkflowJob.objects.update(
        subject=text, stage=words, reason=text, error_type=text, error_message=text,
        outcome={"outcome": text, text: text},
    )  # fmt: skip
    WorkflowJob.objects.filter(status="PROCESSING").update(lease_owner=f"{text}:1:{words}")
    JobExecutionHistory.objects.update(actor=text, stage=words, detail={"reason": text, "trace_id": text, "key": text})
    OutboxMessage.objects.update(last_error=text)
    WorkflowEvent.objects.update(source=text)
    WebhookDelivery.objects.update(
        event=text[:64], action=text, sender=text, reason=text, headers={text: text}, body=text.encode()
    )
    Review.objects.update(repository=text, reason=text, github_review_id=text[:40])
    Finding.objects.update(path=text, message=text, reason=text, rule=words)
    Effect.objects.filter(purpose="review").update(external_id=text[:40], purpose=text[:40])
    soon = timezone.now() + timedelta(minutes=5)
    Gate.objects.create(name=text, closed_until=soon, classification="RATE_LIMITED", reason=text)
    PausedQueue.objects.create(queue=REVIEW_QUEUE, actor=text, reason=text)
    times = dict.fromkeys(("started_at", "beat_at", "next_beat_by"), soon)
    Process.objects.create(
        id=text, name=words, kind="worker", host=text, pid=1, release=words, state="running", **times
    )
    return story


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("name", NAMES)
def test_on_no_page_it_is_more_than_text(admin_client, known, name, text):
    story = spoil(text)
    known(broker=text)
    of = {"job": [story.review.id], "delivery": [story.id], "lineage": [story.id], "insights-csv": ["stages"]}
    asked = {"q": text} if name == "search" else ASKED.get(name, {})
    answer = admin_client.get(reverse(f"pages:{name}", args=of.get(name, [])), asked)
    assert answer.status_code == 200
    told = answer.getvalue().decode()
    if "html" in answer["Content-Type"]:
        assert Elements(told).wrong == []
        assert "\u202e" not in told
        assert "\u200b" not in told
        assert answer["X-Frame-Options"] == "DENY"
        assert "no-store" in answer["Cache-Control"]


def test_the_corpus_would_be_seen_if_it_were_more_than_text():
    assert [bool(Elements(f"<p>{text}</p>").wrong) for text in CORPUS[:2]] == [True, True]
    assert Elements('<a href="javascript:alert(1)">').wrong != []
