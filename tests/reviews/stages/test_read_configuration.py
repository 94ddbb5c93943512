import pytest

from reviews.configuration.declaration import FILE_NAME
from reviews.findings import Severity
from reviews.handlers import review_pull_request
from reviews.stages.read_configuration import read_configuration
from tests.reviews.parts import HEAD, REPOSITORY, claimed, review_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(open_pull):
    """A pull request without a graph to wait for, with its review."""

    def run(files, **options):
        pull = open_pull(files, **options)
        review_pull_request(claimed(review_job(pull)))
        return pull

    return run


def test_the_files_that_it_comes_from_are_kept_but_not_one_that_is_invalid(repo, open_pull, settings, tmp_path):
    settings.REVIEW_CONFIG_DIR = tmp_path
    (tmp_path / "service.yml").write_text("limits: {comments: 3}\n")
    repo.commit({FILE_NAME: "paths:\n  exclud: [a]\n"})
    pull = open_pull()
    assert read_configuration(claimed(review_job(pull)), pull.context()).configured_by == ("service.yml",)


def test_the_configuration_and_its_notes_are_kept(repo, open_pull):
    repo.commit({FILE_NAME: "severity_floor: high\n"})
    pull = open_pull()
    context = read_configuration(claimed(review_job(pull)), pull.context())
    assert (context.configuration.severity_floor, context.notes) == (Severity.HIGH, ())


def test_an_invalid_file_does_not_stop_the_review_and_the_check_names_its_line(repo, reviewed):
    repo.commit({FILE_NAME: "paths:\n  exclud: [a]\n"})
    pull = reviewed({"readme.txt": "new\n"})
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert (run.status, run.conclusion) == ("completed", "success")
    assert "line 2, column 3" in run.output["summary"]


def test_a_skipped_pull_request_tells_of_its_invalid_file_too(repo, reviewed):
    repo.commit({FILE_NAME: "paths:\n  exclud: [a]\n"})
    pull = reviewed(HEAD, draft=True)
    (run,) = pull.standin.check_runs(REPOSITORY, pull.head_sha)
    assert run.output["title"] == "Skipped: draft"
    assert "line 2, column 3" in run.output["summary"]
