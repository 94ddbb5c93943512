import json

from reviews.configuration.declaration import Choice, Configuration, Limits, PullRequests
from reviews.context import Origin, ReviewContext
from reviews.eligibility import Facts
from reviews.findings import Finding, Severity
from reviews.purposes import full

FULL = ReviewContext(
    origin=Origin.GITHUB,
    organization="octo",
    repository="octo/app",
    repository_id=7,
    number=12,
    purpose=full(4_000),
    head_sha="a" * 40,
    facts=Facts("open", False, "User", "mona", True, False, False, True, False, "main", ("bug", "ui"), "A title"),
    configuration=Configuration(
        paths=Choice(exclude=("docs/",)),
        severity_floor=Severity.HIGH,
        limits=Limits(comments=3),
        pull_requests=PullRequests(drafts=True, labels=Choice(include=("review*",))),
        language_model=False,
    ),
    notes=("a note",),
    files=("app.py",),
    left_out=(("uv.lock", "lock file"),),
    findings=(Finding("r", "app.py", 1, 2, Severity.LOW, "m"),),
    shortfalls=("ruff failed.",),
    lasting=("a1b2",),
    settled=("1 finding told earlier is fixed.",),
)


def test_a_context_is_the_same_after_storing_it_as_json():
    assert ReviewContext.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL


def test_a_checkpoint_of_another_version_is_not_read():
    assert ReviewContext.from_json({**FULL.to_json(), "version": 0}) is None


def test_no_checkpoint_is_no_context():
    assert ReviewContext.from_json(None) is None


def test_a_shortfall_is_said_once():
    assert FULL.with_shortfall("ruff failed.").shortfalls == ("ruff failed.",)
