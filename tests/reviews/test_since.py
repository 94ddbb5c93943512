"""Line 5 of the contract with the author: a later head is told of what changed since the last one, by content."""

import shutil

import pytest

from jobs import transitions
from jobs.errors import LeaseLost
from jobs.models import WorkflowJob
from jobs.testing import drain
from reviews.findings import Placement
from reviews.models import Finding, Outcome, Review
from reviews.pipeline import STAGES, run_pipeline
from reviews.purposes import full
from reviews.stages.resolve_threads import resolve_threads
from tests.reviews.parts import HEAD, REPOSITORY
from tests.reviews.pushes import ask, moved, on_lines, pushed, reviewed

pytestmark = pytest.mark.django_db

PRICES = str(HEAD["shop/prices.py"])
MUTED = {".kodus.yml": "rules: {exclude: ['ruff:*', 'contract:*']}\n"}


@pytest.fixture
def untold(repo, open_pull):
    """A pull request whose first head was reviewed while its rules were muted; now they are not."""
    repo.commit(MUTED, "Mute")
    pull = open_pull()
    assert reviewed(pull).findings_dropped == 2
    into_the_base(pull, {".kodus.yml": None})
    return pull


def into_the_base(pull, files) -> str:
    pull.repo.git("checkout", "-q", "main")
    base = pull.repo.commit(files, "Into the base")
    pull.standin.records.pulls[REPOSITORY, pull.number].base_sha = base
    return base


def joined(pull, *how: str) -> str:
    """The head, with the base brought in by a git command."""
    pull.repo.git("checkout", "-q", "--detach", pull.head_sha)
    pull.repo.git(*how)
    sha = pull.repo.git("rev-parse", "HEAD")
    pull.repo.git("checkout", "-q", "main")
    return sha


def reasons(review: Review) -> dict[str, str]:
    return dict(Finding.objects.filter(review=review).values_list("rule", "reason"))


def unchanged_since(pull) -> dict[str, str]:
    why = f"unchanged since {pull.head_sha[:10]} was reviewed"
    return {"contract:parameters": why, "ruff:F821": why}


def test_what_did_not_change_is_not_told_and_the_rows_say_why(untold):
    review = reviewed(pushed(untold, {"shop/more.py": "A = 1\n"}))
    assert reasons(review) == unchanged_since(untold)
    assert (review.findings_dropped, on_lines(untold)) == (2, {})


def test_a_line_that_changed_since_is_told(untold):
    review = reviewed(pushed(untold, {"shop/more.py": "def more():\n    return missing\n"}))
    told = Finding.objects.get(review=review, placement=Placement.INLINE)
    assert (told.path, told.line, review.findings_dropped) == ("shop/more.py", 2, 2)


def test_of_a_file_only_the_lines_that_changed_are_told(untold):
    review = reviewed(pushed(untold, {"shop/prices.py": PRICES + "\n\ndef late():\n    return missing\n"}))
    lines = Finding.objects.filter(review=review, rule="ruff:F821").values_list("line", "placement")
    assert set(lines) == {(6, Placement.DROPPED), (10, Placement.INLINE)}


def test_a_line_that_went_wrong_because_another_one_changed_is_told(open_pull):
    pull = open_pull({"shop/new.py": "import os\n\n\ndef here():\n    return os.getcwd()\n"})
    reviewed(pull)
    review = reviewed(pushed(pull, {"shop/new.py": "def here():\n    return os.getcwd()\n"}))
    assert Finding.objects.get(review=review).placement == Placement.INLINE


def test_what_a_new_rule_finds_on_lines_that_did_not_change_is_not_told(untold):
    Finding.objects.all().delete()  # as if nobody had looked for it then
    review = reviewed(pushed(untold, {"shop/more.py": "A = 1\n"}))
    assert reasons(review)["ruff:F821"] == unchanged_since(untold)["ruff:F821"]


def test_a_contract_is_told_when_its_definition_changed(untold):
    review = reviewed(
        pushed(untold, {"shop/prices.py": PRICES.replace("items, currency):", "items, currency, day):")})
    )
    assert Finding.objects.get(review=review, rule="contract:parameters").placement == Placement.INLINE


def test_a_contract_is_told_when_the_base_brings_another_caller(untold):
    into_the_base(untold, {"shop/till.py": "from shop.prices import total\n\nTOTAL = total([])\n"})
    review = reviewed(moved(untold, joined(untold, "merge", "-q", "-m", "Merge main", "main")))
    told = Finding.objects.get(review=review, rule="contract:parameters")
    assert (told.placement, "shop/till.py" in told.message) == (Placement.INLINE, True)


@pytest.mark.parametrize("how", [("merge", "-q", "-m", "Merge main", "main"), ("rebase", "-q", "main")])
def test_what_comes_from_the_base_is_not_the_authors(untold, how):
    into_the_base(untold, {"shop/other.py": "def other():\n    return missing\n"})
    review = reviewed(moved(untold, joined(untold, *how)))
    assert reasons(review) == unchanged_since(untold)
    assert not Finding.objects.filter(path="shop/other.py").exists()


def test_a_rewritten_history_with_the_same_content_changes_nothing(untold):
    review = reviewed(moved(untold, joined(untold, "commit", "-q", "--amend", "-m", "Other words")))
    assert reasons(review) == unchanged_since(untold)


def test_a_force_push_is_compared_by_content(untold):
    rewritten = pushed(untold, {**HEAD, "shop/new.py": "def new():\n    return missing\n"}, start="main")
    review = reviewed(rewritten)
    told = Finding.objects.get(review=review, placement=Placement.INLINE)
    assert (told.path, review.findings_dropped) == ("shop/new.py", 2)


def test_a_full_review_looks_at_everything(untold):
    newer = pushed(untold, {"shop/more.py": "A = 1\n"})
    assert reviewed(newer, purpose=full(4_000)).findings_inline == 2


def test_after_a_partial_review_all_is_looked_at_again(untold):
    Review.objects.update(outcome=Outcome.PARTIAL)
    assert reviewed(pushed(untold, {"shop/more.py": "A = 1\n"})).findings_inline == 2


def test_when_the_last_head_is_not_to_be_had_any_more_all_is_new(untold, settings):
    rewritten = pushed(untold, {**HEAD, "shop/new.py": "A = 1\n"}, start="main")
    shutil.rmtree(settings.MIRRORS_DIR)
    Review.objects.update(head_sha="f" * 40)
    assert reviewed(rewritten).findings_inline == 2


def test_what_a_review_posted_that_was_superseded_then_is_not_told_again(pull, monkeypatch):
    job = ask(pull)

    def superseded_after_posting(_attempt, _context):
        transitions.supersede(job.id, actor="test", reason="newer head")
        raise LeaseLost(str(job.id))

    stages = tuple(superseded_after_posting if stage is resolve_threads else stage for stage in STAGES)
    with monkeypatch.context() as patch:
        patch.setattr("reviews.handlers.run_pipeline", lambda attempt: run_pipeline(attempt, stages))
        drain()
    review = reviewed(pushed(pull, {"shop/more.py": "A = 1\n"}))
    assert (review.findings_inline, len(on_lines(pull))) == (0, 2)


def test_a_review_of_another_pull_request_is_none_of_this_one(untold, open_pull):
    Review.objects.update(number=99)
    assert reviewed(pushed(untold, {"shop/more.py": "A = 1\n"})).findings_inline == 2
    assert WorkflowJob.objects.exclude(status="COMPLETED").count() == 0
