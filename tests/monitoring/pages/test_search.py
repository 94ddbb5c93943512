from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from jobs import keys
from jobs.models import JobKey
from jobs.states import WorkflowType
from monitoring.lists import lookup
from monitoring.models import Member, Role
from reviews.models import GivenCommand
from tests.monitoring.pages.story import HEAD, TRACES, deliver, lived, make_job, take

pytestmark = pytest.mark.django_db


def member(client, role=Role.VIEWER, organization=""):
    user = User.objects.create_user(f"{role}{organization}")
    Member.objects.create(user=user, role=role, organization=organization)
    client.force_login(user)
    return client


def found(client, term):
    return client.get("/search", {"q": term})


def leads_to(client, term):
    answer = found(client, term)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


@pytest.fixture
def story():
    return lived()


def test_a_delivery_s_id_leads_to_its_lineage(admin_client, story):
    for term in (story.id, story.id.upper(), story.id.replace("-", ""), f" {story.id}\n"):
        assert leads_to(admin_client, term) == f"/lineage/{story.id}"


def test_a_delivery_that_made_no_job_has_a_lineage_too(admin_client):
    delivery = deliver(verdict="IGNORED")
    assert leads_to(admin_client, delivery.delivery_id) == f"/lineage/{delivery.delivery_id}"


def test_a_correlation_id_that_is_no_delivery_s_leads_to_its_lineage(admin_client):
    make_job("nightly:7", WorkflowType.AST_ANALYSIS)
    assert leads_to(admin_client, "nightly:7") == "/lineage/nightly:7"


def test_a_job_s_id_leads_to_the_job(admin_client, story):
    assert leads_to(admin_client, story.graph.id) == f"/jobs/{story.graph.id}"


def test_a_commit_with_several_jobs_leads_to_them(admin_client, story):
    assert leads_to(admin_client, HEAD) == f"/jobs?q={HEAD}"


def test_a_commit_with_one_job_leads_to_it(admin_client, story):
    alone = make_job(uuid4(), WorkflowType.CODE_REVIEW, head="7" * 40)
    assert leads_to(admin_client, "7" * 40) == f"/jobs/{alone.id}"


def test_the_beginning_of_a_commit_is_enough(admin_client, story):
    alone = make_job(uuid4(), WorkflowType.CODE_REVIEW, head="7" * 40)
    assert leads_to(admin_client, "7" * 7) == f"/jobs/{alone.id}"
    page = found(admin_client, HEAD[:7].upper()).content.decode()
    assert f"/jobs/{story.review.id}" in page
    assert f"/jobs/{story.graph.id}" in page
    assert str(alone.id) not in page


def test_a_commit_that_was_reviewed_long_ago_is_found_by_its_beginning(admin_client, story, monkeypatch):
    monkeypatch.setattr(lookup, "_LIKE", lookup._LIKE.replace("LIMIT 2000", "LIMIT 0"))
    assert leads_to(admin_client, HEAD[:8]) == f"/jobs/{story.review.id}"


def test_a_repository_leads_to_its_jobs_or_else_to_its_deliveries(admin_client, story):
    deliver(repository="octo/quiet", verdict="IGNORED")
    assert leads_to(admin_client, "octo/app") == "/jobs?q=octo%2Fapp"
    assert leads_to(admin_client, "octo/quiet") == "/deliveries?repository=octo%2Fquiet"


def test_a_pull_request_leads_to_its_jobs(admin_client, story):
    for term in ("octo/app#12", "https://github.com/octo/app/pull/12/files"):
        assert leads_to(admin_client, term) == "/jobs?q=octo%2Fapp%2312"


def test_a_comment_leads_to_the_job_that_wrote_it_or_that_it_started(admin_client, story):
    answer = make_job(uuid4(), WorkflowType.COMMAND_ANSWER)
    GivenCommand.objects.create(
        repository_id=7, number=12, comment_id=77, command="help", given_by="ada", given_at="2026-11-30T12:00Z",
        job=answer,
    )  # fmt: skip
    address = "https://github.com/octo/app/pull/12"
    assert leads_to(admin_client, f"{address}#discussion_r5001") == f"/jobs/{story.review.id}"
    assert leads_to(admin_client, f"{address}#pullrequestreview-3001") == f"/jobs/{story.review.id}"
    assert leads_to(admin_client, f"{address}#issuecomment-77") == f"/jobs/{answer.id}"
    assert leads_to(admin_client, f"{address}#issuecomment-78") == "/jobs?q=octo%2Fapp%2312"


@pytest.mark.parametrize("whose", ["delivery", "attempt"])
def test_a_trace_leads_to_the_job_it_is_of(admin_client, story, whose):
    assert leads_to(admin_client, TRACES[whose]) == f"/jobs/{story.review.id}"
    assert leads_to(admin_client, f"00-{TRACES[whose]}-{'2' * 16}-01") == f"/jobs/{story.review.id}"


def test_what_an_event_is_about_shows_it_and_who_waited(admin_client, story):
    for term in (f"octo/app@{HEAD}", story.event.event_id):
        page = found(admin_client, term).content.decode()
        assert "ast.completed" in page
        assert "Resumed" in page
    assert f"/jobs/{story.review.id}" in found(admin_client, f"octo/app@{HEAD}").content.decode()


@pytest.mark.parametrize(
    "term", [uuid4(), "octo/none", "octo/none#1", "9" * 40, "9" * 7, "c" * 32, "x y", "octo/a@1234567"]
)
def test_of_what_is_unknown_it_says_so_and_what_can_be_typed(admin_client, story, term):
    answer = found(admin_client, term)
    assert answer.status_code == 200
    assert f'Nothing is known of <span class="mono">{term}</span>' in answer.content.decode()
    assert "What can be found" in answer.content.decode()


def test_an_empty_box_says_what_can_be_typed(admin_client):
    page = found(admin_client, "  ").content.decode()
    assert "What can be found" in page
    assert "Nothing is known" not in page


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=1>",
        "%00",
        "\0",
        "a" * 5_000,
        "%",
        "_",
        "'; DROP",
        "{{7*7}}",
        "\u202e",
    ],
)
def test_whatever_is_typed_is_answered_and_shown_as_text(admin_client, hostile):
    answer = found(admin_client, hostile)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "<img src=x" not in answer.content.decode()
    assert "\u202e" not in answer.content.decode()
    assert ">49<" not in answer.content.decode()


def test_nothing_of_another_organization_is_found(client, story):
    of_octo, theirs = (
        member(client, organization="octo"),
        lived(owner="acme", head="5" * 40, traces={"delivery": "d" * 32, "attempt": "e" * 32}),
    )
    terms = (
        theirs.id, theirs.copy.delivery_id, theirs.review.id, "5" * 40, "5" * 7, "acme/app", "acme/app#12", "d" * 32,
        "e" * 32, f"acme/app@{'5' * 40}", theirs.event.event_id, "https://github.com/acme/app/pull/12#discussion_r5001",
    )  # fmt: skip
    for term in terms:
        answer = found(of_octo, term)
        assert answer.status_code == 200, term
        assert f'Nothing is known of <span class="mono">{term}</span>' in answer.content.decode()
    assert leads_to(of_octo, story.id) == f"/lineage/{story.id}"


def test_a_search_takes_eight_queries_at_most(client, story, django_assert_max_num_queries):
    member(client)
    terms = (
        story.id, story.review.id, HEAD, HEAD[:7], "octo/app", "octo/none", "octo/app#12", "c" * 32, TRACES["attempt"],
        f"octo/app@{HEAD}", uuid4(), "https://github.com/octo/app/pull/12#discussion_r9", "x",
    )  # fmt: skip
    for term in terms:
        with django_assert_max_num_queries(8):
            found(client, term)


def test_a_trace_of_an_attempt_is_forgotten_with_its_job(story):
    take(make_job(uuid4(), WorkflowType.AST_ANALYSIS), "f" * 32)
    before = JobKey.objects.filter(job_id=story.review.id).count()
    keys.forget([story.review.id])
    assert before == 5
    assert not JobKey.objects.filter(job_id=story.review.id).exists()
