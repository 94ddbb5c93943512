import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from jobs import transitions
from jobs.states import WorkflowType
from monitoring.models import Member, Role
from reviews.models import Effect, Finding, Review
from tests.monitoring.pages.story import HEAD, TRACES, deliver, lived, make_job, take

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="([^"]*)"')


def member(client, organization=""):
    user = User.objects.create_user(f"of-{organization}")
    Member.objects.create(user=user, role=Role.VIEWER, organization=organization)
    client.force_login(user)
    return client


def page(client, of, status=200):
    answer = client.get(f"/lineage/{of}")
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


@pytest.fixture
def story():
    return lived()


def test_one_page_tells_everything_from_the_delivery_to_the_posted_comment(admin_client, story):
    text = page(admin_client, story.id)
    for told in (
        f"/deliveries/{story.id}",
        f"/jobs/{story.review.id}",
        f"/jobs/{story.graph.id}",
        "Attempt 1 began",
        "Stage fetch_change done",
        "Waits for an event",
        "Event ast.completed came",
        "Woken by its event",
        "Attempt 2 began",
        "Written on the code host: check",
        "Written on the code host: review",
        "shop/checkout.py:7",
        "over the limit",
        TRACES["delivery"],
        TRACES["attempt"],
        "1 call, 4000 tokens in, 300 out, cost 0.012000",
        "2 jobs, 2 deliveries; the review was posted",
    ):
        assert told in text, told


def test_it_is_told_in_the_order_of_time(admin_client, story):
    text = page(admin_client, story.id)
    order = (
        "Made",
        "Attempt 1 began",
        "Waits for an event",
        "Event ast.completed came",
        "Attempt 2 began",
        "Completed",
    )
    places = [text.index(words) for words in (*order[:-1],)]
    assert places == sorted(places)
    assert text.rindex("Completed") > places[-1]


def test_each_message_is_there_also_when_its_row_is_gone(admin_client, story):
    claims = [row for row in story.review.history.all() if row.verb == "claim"]
    text = page(admin_client, story.id)
    assert len(claims) == 2
    assert [f"Message {row.detail['message']} sent" in text for row in claims] == [True, True]


def test_a_message_that_no_worker_took_yet_is_there(admin_client):
    delivery_id = uuid4()
    job = make_job(delivery_id, WorkflowType.CODE_REVIEW)
    assert f"Message {job.messages.get().id} waits to be sent" in page(admin_client, delivery_id)


def test_a_delivery_that_made_no_job_says_so(admin_client):
    delivery = deliver(verdict="IGNORED", reason="action not wanted")
    text = page(admin_client, delivery.delivery_id)
    assert "It made no job." in text
    assert "action not wanted" in text


def test_every_receipt_of_the_same_is_there_whichever_one_asks_for(admin_client, story):
    for asked in (story.id, story.copy.delivery_id):
        text = page(admin_client, asked)
        assert f"/deliveries/{story.id}" in text
        assert f"/deliveries/{story.copy.delivery_id}" in text
        assert f"/jobs/{story.review.id}" in text


def test_copies_of_what_made_no_job_are_there_too(admin_client):
    first = deliver(verdict="IGNORED")
    copy = deliver(verdict="IGNORED", duplicate_of=first)
    for asked in (first.delivery_id, copy.delivery_id):
        text = page(admin_client, asked)
        assert f"/deliveries/{first.delivery_id}" in text
        assert f"/deliveries/{copy.delivery_id}" in text


def test_a_push_that_folded_into_a_review_leads_to_it_and_to_its_lineage(admin_client, story):
    folded = deliver(job=story.review, reason="a review of this is under way")
    text = page(admin_client, folded.delivery_id)
    assert f"/jobs/{story.review.id}" in text
    assert f"/search?q={story.id}" in text


def test_the_pages_of_delivery_and_job_lead_there_and_back(admin_client, story):
    for path in (f"/deliveries/{story.id}", f"/jobs/{story.review.id}", f"/jobs/{story.graph.id}"):
        assert f"/lineage/{story.id}" in LINK.findall(admin_client.get(path).content.decode())
        assert path in LINK.findall(page(admin_client, story.id))


def test_a_job_without_a_correlation_id_links_to_none(admin_client, story):
    type(story.review).objects.filter(id=story.review.id).update(correlation_id="a/b")
    assert "/lineage/" not in admin_client.get(f"/jobs/{story.review.id}").content.decode()


def test_what_was_posted_is_linked_to_where_the_code_host_has_pages(admin_client, story, settings):
    assert settings.GITHUB_GIT_URL == "https://github.com"
    links = LINK.findall(page(admin_client, story.id))
    for place in (
        "octo/app/pull/12#pullrequestreview-3001",
        "octo/app/pull/12#discussion_r5001",
        "octo/app/pull/12#issuecomment-6001",
        "octo/app/runs/4001",
    ):
        assert f"https://github.com/{place}" in links
    settings.GITHUB_GIT_URL = "http://127.0.0.1:9999"
    assert not [link for link in LINK.findall(page(admin_client, story.id)) if link.startswith("http")]


def test_traces_and_logs_are_linked_to_where_a_viewer_is_configured(admin_client, story, settings):
    settings.TRACE_URL = "https://traces.example.com/trace/{trace_id}"
    settings.LOG_URL = "https://logs.example.com/?q=%22{correlation_id}%22"
    links = LINK.findall(page(admin_client, story.id))
    assert f"https://traces.example.com/trace/{TRACES['attempt']}" in links
    assert f"https://logs.example.com/?q=%22{story.id}%22" in links


@pytest.mark.parametrize("address", ["javascript:alert(1)//{trace_id}", "data:text/html,{trace_id}", " https://x"])
def test_what_is_no_address_of_the_web_is_no_link(admin_client, story, settings, address):
    settings.TRACE_URL = settings.LOG_URL = settings.GITHUB_GIT_URL = address
    assert {link[0] for link in LINK.findall(page(admin_client, story.id))} == {"/", "#"}


def test_a_stranger_s_text_is_never_an_address(admin_client, story):
    hostile = 'javascript:alert(1)//"><script>'  # as long as an effect's id may be
    Review.objects.update(repository=hostile, github_review_id=hostile, reason=hostile)
    Effect.objects.filter(purpose="review").update(external_id=hostile, purpose=hostile)
    Finding.objects.update(path=hostile, message=hostile, reason=hostile, severity="x<b>")
    text = page(admin_client, story.id)
    assert "<script>" not in text.replace('<script src="/static', "")
    assert not [link for link in LINK.findall(text) if link.startswith("javascript")]


def test_what_a_stage_kept_and_the_payload_of_a_delivery_are_not_on_it(admin_client, story):
    text = page(admin_client, story.id)
    assert "private code" not in text
    assert "head_sha" not in text


def test_it_takes_eight_queries_at_most(client, story, django_assert_max_num_queries):
    member(client)
    with django_assert_max_num_queries(8):
        page(client, story.id)


@pytest.mark.parametrize("of", [uuid4(), "x", "1" * 300, "<b>", "%00"])
def test_of_what_is_unknown_it_says_what_can_be_typed(admin_client, of):
    text = page(admin_client, of, status=404)
    assert "Nothing is known of" in text
    assert "What can be found" in text
    assert "<b>" not in text


def test_of_another_organization_nothing_is_known(client, story):
    of_acme = member(client, "acme")
    assert "Nothing is known of" in page(of_acme, story.id, status=404)
    foreign = make_job(story.delivery.delivery_id, WorkflowType.CODE_REVIEW, owner="acme", head="3" * 40)
    text = page(of_acme, story.id)
    assert f"/jobs/{foreign.id}" in text
    for hidden in (str(story.review.id), "octo", "checkout.py", TRACES["attempt"], "3001", HEAD):
        assert hidden not in text, hidden


def test_of_one_organization_nobody_is_told_of_our_files(client, story, settings):
    assert str(settings.STATE_DIR) not in page(member(client, "octo"), story.id)


def test_a_job_that_failed_tells_why(admin_client):
    delivery_id = uuid4()
    job = take(make_job(delivery_id, WorkflowType.CODE_REVIEW))
    transitions.fail(job, transitions.Failure("PERMANENT", "NotFound", "No <such> pull request."))
    assert "NotFound; No &lt;such&gt; pull request.; by build-3:4711:9f86" in page(admin_client, delivery_id)
