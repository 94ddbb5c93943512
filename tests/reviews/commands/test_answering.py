"""From a comment on the stand-in to what is there to see afterwards, in one process."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import transitions
from jobs.attempts import Attempt
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from jobs.testing import drain
from reviews.commands.parsing import Command
from reviews.configuration.reading import FILE_NAME
from reviews.models import Effect, Outcome, Review
from reviews.requests import PullRequestRef, request_review
from tests.reviews.parts import REPOSITORY, PullRequest
from webhooks import intake

pytestmark = pytest.mark.django_db

COMMENTS, REACTIONS = "issues/[0-9]+/comments", "/reactions$"


def request(pull: PullRequest, head_sha: str = "", *, trigger: str = "opened") -> WorkflowJob:
    ref = PullRequestRef(
        organization="octo",
        installation_id=None,
        repository=REPOSITORY,
        repository_id=pull.repository_id,
        number=pull.number,
        head_sha=head_sha or pull.head_sha,
        as_of=datetime.now(UTC).replace(microsecond=0),
    )
    return request_review(ref, trigger=trigger).job


def give(pull: PullRequest, command: str) -> int:
    """Somebody comments, and the comment is delivered to the door; the comment's id."""
    delivery = pull.standin.comment(REPOSITORY, pull.number, f"/review {command}")
    intake.accept(delivery.headers, delivery.body)
    return pull.standin.issue_comments(REPOSITORY, pull.number)[-1].id


def answered(pull: PullRequest, command: str) -> tuple[list[str], list[str]]:
    """Our reactions to the comment, and our comments."""
    comment_id = give(pull, command)
    drain()
    return pull.standin.reactions(comment_id), replies(pull)


def replies(pull: PullRequest) -> list[str]:
    found = [comment for comment in pull.conversation() if "[bot]" in comment.author]
    replied = [comment.body.partition("\n\n<!-- kodus-queue:reply:") for comment in found]
    return [text for text, sign, _ in replied if sign]


def job_of(command: str) -> WorkflowJob:
    return WorkflowJob.objects.get(workflow_type=WorkflowType.COMMAND_ANSWER, payload__command=command)


def push(pull: PullRequest, name: str = "newer") -> str:
    """A new head, told to us; its id."""
    newer = pull.repo.branch(name, {f"{name}.py": "x = 1\n"}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    request(pull, newer, trigger="synchronize")
    drain()
    return newer


@pytest.fixture(autouse=True)
def _door(settings, standin) -> None:
    settings.DEBOUNCE_SECONDS = 0
    settings.GITHUB_WEBHOOK_SECRETS = (standin.hook.secret,)


@pytest.mark.parametrize(
    ("command", "reaction"),
    [("review", "eyes"), ("full", "eyes"), ("pause", "+1"), ("resume", "+1"), ("cancel", "+1"), ("ignore", "+1")],
)
def test_a_reaction_says_that_it_was_taken_or_done_and_nothing_is_replied(pull, command, reaction):
    assert answered(pull, command) == ([reaction], [])


def test_an_unknown_command_gets_one_line_of_help(pull):
    assert answered(pull, "unknown") == (["confused"], ["There is no such command. `/review help` lists them."])


def test_help_lists_the_commands(pull):
    reactions, [reply] = answered(pull, "help")
    assert (reactions, len(reply.splitlines())) == (["eyes"], len(Command) - 1)


class TestConfig:
    def test_tells_what_holds_at_the_base_and_who_set_it(self, repo, open_pull):
        repo.commit({FILE_NAME: "severity_floor: high\n"})
        reactions, [reply] = answered(open_pull({FILE_NAME: "severity_floor: low\n"}), "config")
        assert reactions == ["eyes"]
        assert "| `severity_floor` | `high` | repository, .kodus.yml line 1 |" in reply
        assert "| `limits.comments` | `10` | default |" in reply

    def test_tells_what_is_wrong_with_the_file_and_mentions_nobody(self, repo, open_pull):
        repo.commit({FILE_NAME: "'@octocat ![x](//x)': 1\n"})
        _, [reply] = answered(open_pull(), "config")
        assert "> `.kodus.yml` is not valid" in reply
        assert "`@octocat ![x](//x)` is no key here" in reply


class TestWhy:
    def test_of_a_draft_names_the_draft(self, open_pull):
        _, [reply] = answered(open_pull(draft=True), "why")
        assert "is not reviewed by itself: draft." in reply
        assert "No review of this pull request was asked for yet." in reply

    def test_of_what_the_configuration_leaves_out_names_what_it_goes_by(self, repo, open_pull):
        repo.commit({FILE_NAME: "pull_requests: {labels: {exclude: [no review]}}\n"})
        _, [reply] = answered(open_pull(labels=["no review"]), "why")
        assert "is not reviewed by itself: labels." in reply

    def test_of_a_draft_where_drafts_are_reviewed_finds_nothing_in_the_way(self, repo, open_pull):
        repo.commit({FILE_NAME: "pull_requests: {drafts: on}\n"})
        _, [reply] = answered(open_pull(draft=True), "why")
        assert "Nothing stands in the way" in reply

    def test_of_a_reviewed_head_tells_what_came_of_it(self, pull):
        request(pull)
        drain()
        _, [reply] = answered(pull, "why")
        assert f"`{pull.head_sha[:10]}` is not reviewed by itself: already reviewed." in reply
        assert "2 findings on lines, 0 beside them, 0 left out." in reply

    def test_of_a_paused_one_tells_of_the_pause(self, pull):
        answered(pull, "pause")
        _, [reply] = answered(pull, "why")
        assert "is not reviewed by itself: paused." in reply

    def test_tells_until_when_it_is_waited_for_the_graph(self, pull):
        job = request(pull)
        WorkflowJob.objects.filter(id=job.id).update(due_at=datetime.now(UTC) + timedelta(hours=1))
        _, [reply] = answered(pull, "why")
        assert "Nothing stands in the way" in reply
        assert "The latest review of this pull request starts at" in reply


class TestAPause:
    def test_keeps_a_pushed_head_from_being_reviewed_and_its_check_says_so(self, pull):
        answered(pull, "pause")
        newer = push(pull)
        (run,) = pull.standin.check_runs(REPOSITORY, newer)
        assert (run.conclusion, run.output["title"], pull.bodies()) == ("skipped", "Skipped: paused", [])

    def test_does_not_keep_a_review_from_being_asked_for(self, pull):
        answered(pull, "pause")
        answered(pull, "review")
        push(pull)
        assert list(Review.objects.order_by("id").values_list("outcome", "reason")) == [
            (Outcome.REVIEWED, ""),
            (Outcome.SKIPPED, "paused"),
        ]

    def test_ends_with_resume_which_reviews_the_head(self, pull):
        answered(pull, "pause")
        newer = push(pull)
        answered(pull, "resume")
        assert Review.objects.get(head_sha=newer).outcome == Outcome.REVIEWED
        assert pull.standin.check_runs(REPOSITORY, newer)[0].conclusion != "skipped"


class TestIgnoring:
    def test_leaves_neither_review_nor_check(self, pull):
        answered(pull, "ignore")
        newer = push(pull)
        assert answered(pull, "review")[0] == ["confused"]
        assert (pull.standin.check_runs(REPOSITORY, newer), pull.bodies()) == ([], [])

    def test_ends_with_resume(self, pull):
        answered(pull, "ignore")
        answered(pull, "resume")
        assert len(pull.bodies()) == 1


def test_cancel_closes_the_check_of_the_review_under_way(pull):
    job = request(pull)
    drain(limit=1)  # to where it waits for the graph
    answered(pull, "cancel")
    job.refresh_from_db()
    assert (job.status, pull.checks()) == (JobStatus.CANCELLED, [("completed", "cancelled")])


def test_full_says_again_what_was_said_before(pull):
    answered(pull, "review")
    answered(pull, "review")
    assert len(pull.bodies()) == 1
    answered(pull, "full")
    assert (len(pull.bodies()), len(pull.comments())) == (2, 4)


class Killed(BaseException):
    """The worker is gone."""


class TestAReplyIsPostedOnce:
    def run_again(self, pull: PullRequest, command: str) -> list[str]:
        job = job_of(command)
        if job.status == JobStatus.PROCESSING:
            WorkflowJob.objects.filter(id=job.id).update(lease_until=job.created_at - timedelta(seconds=1))
            transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="test")
        WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at)
        drain()
        assert job_of(command).status == JobStatus.COMPLETED
        return replies(pull)

    @pytest.mark.parametrize("applied", [True, False])
    def test_when_its_answer_is_lost(self, pull, applied):
        pull.standin.fail_next("POST", COMMENTS, applied=applied)
        answered(pull, "help")
        assert job_of("help").error_type == "EffectUnknown"
        assert len(self.run_again(pull, "help")) == 1

    def test_when_its_worker_dies_before_it_is_noted(self, pull, monkeypatch):
        def die(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr("reviews.effects._mark", lambda *_, **values: die() if "external_id" in values else None)
            give(pull, "help")
            with pytest.raises(Killed):
                drain()
        assert (len(replies(pull)), Effect.objects.get().state) == (1, "INTENT")
        assert len(self.run_again(pull, "help")) == 1

    def test_when_its_reaction_fails_first(self, pull):
        pull.standin.fail_next("POST", REACTIONS, status=502, applied=True)
        comment_id = give(pull, "help")
        drain()
        assert (job_of("help").status, replies(pull)) == (JobStatus.RETRYING, [])
        assert (len(self.run_again(pull, "help")), pull.standin.reactions(comment_id)) == (1, ["eyes"])

    def test_for_each_command_by_itself(self, pull):
        answered(pull, "help")
        assert len(answered(pull, "help")[1]) == 2

    def test_however_many_of_the_kind_somebody_plants(self, pull):
        answered(pull, "help")
        ours = pull.standin.issue_comments(REPOSITORY, pull.number)[-1].body
        forged = ours.replace(ours[-24:-4], "0" * 20)
        pull.standin.comment(REPOSITORY, pull.number, forged)
        assert len(answered(pull, "config")[1]) == 2

    def test_and_not_at_all_by_a_worker_that_lost_its_job(self, pull, monkeypatch):
        def lose_it(attempt: Attempt, _seconds: float) -> None:
            attempt._leased_until = 0

        monkeypatch.setattr(Attempt, "hold_lease", lose_it)
        assert answered(pull, "help")[1] == []


def test_a_comment_that_is_gone_is_told_in_the_outcome(pull):
    comment_id = give(pull, "pause")
    records = pull.standin.records
    records.issue_comments = [comment for comment in records.issue_comments if comment.id != comment_id]
    drain()
    job = job_of("pause")
    assert (job.status, job.outcome["outcome"], "NotFound" in str(job.outcome)) == ("COMPLETED", "REFUSED", False)
