"""Line 18 of the contract with the author: thumbs are counted, and one line mutes a rule that is voted down."""

import pytest

from reviews.configuration.declaration import Configuration
from reviews.configuration.validation import read_checked
from reviews.models import Finding
from tests.reviews.parts import REPOSITORY
from tests.reviews.pushes import on_lines, pushed, reviewed

pytestmark = pytest.mark.django_db

MORE = {"shop/more.py": "A = 1\n"}
UNDEFINED = 6  # the line of ruff:F821 in the change
SUGGESTED = '`rules: {exclude: ["ruff:F821"]}`'


@pytest.fixture
def told(pull):
    reviewed(pull)
    return pull


def voted(pull, *contents: str) -> None:
    for voter, content in enumerate(contents):
        pull.standin.react_to(on_lines(pull)[UNDEFINED].id, content, author=f"voter-{voter}")


def thumbs() -> dict[str, tuple[int, int]]:
    rows = Finding.objects.exclude(comment_id=None)
    return {rule: (up, down) for rule, up, down in rows.values_list("rule", "thumbs_up", "thumbs_down")}


def test_thumbs_are_kept_with_their_finding_when_the_next_review_ends(told):
    voted(told, "+1", "-1", "-1", "heart")
    assert thumbs() == {"ruff:F821": (0, 0), "contract:parameters": (0, 0)}
    reviewed(pushed(told, MORE))
    assert thumbs() == {"ruff:F821": (1, 2), "contract:parameters": (0, 0)}


def test_a_reaction_that_was_taken_back_counts_no_more(told):
    voted(told, "-1")
    newer = pushed(told, MORE)
    reviewed(newer)
    told.standin.records.reactions.clear()
    reviewed(pushed(newer, {"shop/more.py": "A = 2\n"}))
    assert thumbs()["ruff:F821"] == (0, 0)


def test_three_thumbs_down_on_a_rule_suggest_the_line_that_mutes_it(told):
    voted(told, "-1", "-1", "-1")
    reviewed(pushed(told, MORE))
    assert "`ruff:F821` got 3 thumbs down here." in told.summaries()[0]
    assert SUGGESTED in told.summaries()[0]


def test_the_suggested_line_is_a_valid_configuration_that_mutes_it():
    read = read_checked(SUGGESTED.strip("`").encode(), Configuration)
    assert not read.problems
    assert read.values["rules"]["exclude"] in (["ruff:F821"], ("ruff:F821",))


@pytest.mark.parametrize("votes", [("-1", "-1"), ("-1", "-1", "-1", "+1", "+1", "+1"), ()])
def test_fewer_or_as_many_thumbs_up_suggest_nothing(told, votes):
    voted(told, *votes)
    reviewed(pushed(told, MORE))
    assert "thumbs down" not in told.summaries()[0]


def test_votes_of_all_pull_requests_of_the_repository_count_and_of_no_other(told):
    voted(told, "-1", "-1", "-1")
    newer = pushed(told, MORE)
    reviewed(newer)
    Finding.objects.update(thumbs_down=0)
    Finding.objects.filter(rule="ruff:F821").update(thumbs_down=2)
    other = Finding.objects.get(rule="ruff:F821", comment_id__isnull=False).review
    other.pk, other.number = None, 99
    other.save()
    Finding.objects.create(
        review=other,
        rule="ruff:F821",
        path="a.py",
        line=1,
        end_line=1,
        severity="high",
        message="m",
        comment_id=1,
        thumbs_down=1,
    )
    reviewed(pushed(newer, {"shop/more.py": "A = 2\n"}))
    assert "`ruff:F821` got 4 thumbs down here." in told.summaries()[0]
    other.repository_id = 1
    other.save()
    Finding.objects.filter(review=other).update(thumbs_down=9)
    told.standin.records.reactions.clear()
    reviewed(pushed(newer, {"shop/more.py": "A = 3\n"}))
    assert "thumbs down" not in told.summaries()[0]


def test_a_suggestion_keeps_what_is_muted_already(told):
    told.repo.git("checkout", "-q", "main")
    base = told.repo.commit({".kodus.yml": "rules: {exclude: [zizmor:*]}\n"}, "Configure")
    told.standin.records.pulls[REPOSITORY, told.number].base_sha = base
    voted(told, "-1", "-1", "-1")
    reviewed(pushed(told, MORE))
    assert '`rules: {exclude: ["zizmor:*", "ruff:F821"]}`' in told.summaries()[0]


def test_reactions_that_cannot_be_read_stop_nothing(told):
    told.standin.fail_next("GET", "pulls/[0-9]+/comments$", status=403)
    assert reviewed(pushed(told, MORE)).outcome == "REVIEWED"


def test_what_was_voted_down_is_not_told_again(told):
    voted(told, "-1")
    assert reviewed(pushed(told, MORE)).findings_inline == 0


def test_without_a_comment_of_ours_nothing_is_read(open_pull):
    pull = open_pull(MORE)
    pull.standin.fail_next("GET", "pulls/[0-9]+/comments$", status=500)
    assert reviewed(pull).outcome == "REVIEWED"
    assert len(pull.standin._faults.ordered) == 1  # nobody met it
