import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from reviews.models import Effect, Finding, GivenCommand, ModelCall, Review
from reviews.records import record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path  # a folder that exists is all the middleware asks for


@pytest.mark.parametrize("model", ["review", "finding", "modelcall", "effect", "givencommand"])
def test_each_list_opens(admin_client, model):
    assert admin_client.get(reverse(f"admin:reviews_{model}_changelist")).status_code == 200


def test_a_review_shows_its_findings(admin_client, attempt, pull):
    found = {"rule": "r", "path": "a.py", "line": 1, "end_line": 1, "severity": "high", "message": "look here"}
    review = record(attempt, pull.context())
    Finding.objects.create(review=review, **found)
    page = admin_client.get(reverse("admin:reviews_review_change", args=[review.pk]))
    assert "look here" in page.content.decode()


def test_a_finding_shows_what_people_think_of_it(admin_client, attempt, pull):
    review = record(attempt, pull.context())
    found = {"rule": "r", "path": "a.py", "line": 1, "end_line": 1, "severity": "high", "message": "look here"}
    Finding.objects.create(review=review, **found, comment_id=5, thumbs_down=4_711)
    page = admin_client.get(reverse("admin:reviews_finding_changelist"))
    assert "4711" in page.content.decode()


@pytest.mark.parametrize("model", ["review", "finding", "modelcall", "effect", "givencommand"])
def test_nothing_is_added_by_hand(admin_client, model):
    assert admin_client.get(reverse(f"admin:reviews_{model}_add")).status_code == 403


def test_a_review_is_found_by_its_head_and_an_effect_by_its_job(admin_client, attempt, pull):
    review = record(attempt, pull.context())
    for url, term in (("review", review.head_sha), ("effect", str(attempt.job_id)), ("effect", "no id")):
        page = admin_client.get(reverse(f"admin:reviews_{url}_changelist"), {"q": term})
        assert page.status_code == 200
        assert (pull.context().repository in page.content.decode()) == (url == "review")


@pytest.mark.parametrize(("term", "found"), [("4000", True), ("4001", False), ("9" * 30, False), ("mona", False)])
def test_a_command_is_found_by_its_comment(db, admin_client, term, found):
    given = {"repository_id": 1, "number": 7, "comment_id": 4_000, "command": "pause", "given_at": timezone.now()}
    GivenCommand.objects.create(**given, given_by="hubot-and-mona")
    page = admin_client.get(reverse("admin:reviews_givencommand_changelist"), {"q": term})
    assert ("hubot-and-mona" in page.content.decode()) is found


AN_ID = "6f1c1c1e-8d1a-4a7b-9a3e-0d5a5d0f7c11"
SEARCHES = [
    (Review, "0123abc", "reviews_by_head"),
    (Finding, "a-fingerprint", "findings_posted"),
    (GivenCommand, "4000", "given_commands_comment"),
    (Effect, AN_ID, "effects_by_job"),
    (ModelCall, AN_ID, "model_calls_job"),
]


@pytest.mark.parametrize(("model", "term", "index"), SEARCHES)
def test_every_search_is_by_an_index_that_begins_with_it(model, term, index):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = model.objects.filter(site._registry[model].find(term)).explain()
    assert "Index Cond" in plan
    assert index in plan
