import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jobs.models import WorkflowJob
from jobs.states import JobStatus
from reviews.models import Review
from reviews.stages import find as find_stage
from tests.reviews.parts import HEAD

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(repo, settings, tmp_path):
    """Run the command on the test's repository; its exit code and what it wrote."""
    settings.MIRRORS_DIR = tmp_path / "mirrors"

    def run(*options: str, files=HEAD) -> tuple[int, str]:
        if "change" not in repo.git("branch", "--format=%(refname:short)").split():
            repo.branch("change", files)
        out, code = StringIO(), 0
        try:
            call_command("review", str(repo.path), "--base=main", "--head=change", *options, stdout=out)
        except SystemExit as ended:
            code = int(str(ended.code))
        return code, out.getvalue()

    return run


def test_findings_are_printed_one_a_line(review):
    code, said = review()
    assert code == 1
    assert [line.split(":")[0] for line in said.splitlines()] == ["shop/prices.py", "shop/prices.py", "REVIEWED"]
    assert "`shop/cart.py:5`" in said


def test_json_is_all_there_is_on_standard_output(review):
    said = json.loads(review("--format=json")[1])
    assert [finding["rule"] for finding in said["findings"]] == ["contract:parameters", "ruff:F821"]


def test_sarif_is_all_there_is_on_standard_output(review):
    said = json.loads(review("--format=sarif")[1])
    assert [result["ruleId"] for result in said["runs"][0]["results"]] == ["contract:parameters", "ruff:F821"]


def test_the_exit_code_follows_the_severity_asked_for(review):
    assert review("--fail-on=critical")[0] == 0
    assert review("--fail-on=medium")[0] == 1


def test_a_clean_change_ends_with_zero(review):
    assert review(files={"shop/new.py": "PRICE = 1\n"}) == (0, "REVIEWED: no findings in 1 file\n")


def test_a_change_of_nothing_worth_reading_says_so(review):
    code, said = review(files={"uv.lock": "x\n"})
    assert (code, said) == (0, "SKIPPED (nothing to review): no findings in 0 files\n")


def test_the_configuration_of_the_base_is_obeyed(review, repo):
    repo.commit({".kodus.yml": 'rules: {exclude: ["contract:*"]}\n'})
    assert [line.split(":")[3].strip() for line in review()[1].splitlines()[:-1]] == ["Undefined name `rate` [ruff"]


def test_the_configuration_that_holds_is_shown_instead_of_a_review(review, repo, settings, tmp_path):
    settings.REVIEW_CONFIG_DIR = tmp_path
    (tmp_path / "service.yml").write_text("limits: {comments: 7}\n")
    repo.commit({".kodus.yml": "severity_floor: high\n"})
    code, said = review("--show-config", files={".kodus.yml": "severity_floor: low\n"})
    lines = {line.partition(":")[0]: line.partition("  # ")[2] for line in said.splitlines()}
    assert (code, lines["severity_floor"]) == (0, "repository, .kodus.yml line 1")
    assert (lines["limits.comments"], lines["rules.exclude"]) == ("service, service.yml line 1", "default")
    assert WorkflowJob.objects.count() == 0


def test_the_command_may_be_repeated(review):
    assert review() == review()
    assert Review.objects.count() == 2


def test_the_repository_is_not_changed(review, repo):
    review()
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/change", "refs/heads/main"]


def test_progress_goes_to_standard_error(review, capsys):
    review()
    assert "ast analysis (completed)" in capsys.readouterr().err


def test_a_partial_review_without_findings_does_not_look_like_a_clean_one(review, monkeypatch):
    monkeypatch.setattr("analysis.handlers.build_missing_graphs", lambda *_args, **_options: 1 / 0)
    monkeypatch.setattr("jobs.retry.LEAST_SECONDS", 0)
    monkeypatch.setattr("jobs.retry.get_exponential_backoff_interval", lambda *_args, **_options: 0)
    code, said = review(files={"shop/new.py": "PRICE = 1\n"})
    assert (code, said.split(" ")[0]) == (3, "PARTIAL")


def test_a_review_that_fails_ends_with_three(review, monkeypatch):
    class Broken(Exception):
        permanent = True

    def fail(*_args):
        raise Broken("disk full")

    monkeypatch.setattr(find_stage, "read_sources", fail)
    with pytest.raises(CommandError, match="disk full") as caught:
        review()
    assert caught.value.returncode == 3


def test_an_interrupted_review_leaves_no_live_job(review, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(find_stage, "read_sources", interrupt)
    with pytest.raises(KeyboardInterrupt):
        review()
    assert set(WorkflowJob.objects.values_list("status", flat=True)) <= {JobStatus.CANCELLED, JobStatus.COMPLETED}


@pytest.mark.parametrize("base", ["no-such-branch", "--upload-pack=x", "a b", "main\n"])
def test_a_name_that_is_no_commit_is_bad_input(repo, settings, tmp_path, base):
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    with pytest.raises(CommandError) as caught:
        call_command("review", str(repo.path), f"--base={base}")
    assert caught.value.returncode == 2


def test_a_folder_that_is_no_repository_is_bad_input(settings, tmp_path):
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    with pytest.raises(CommandError) as caught:
        call_command("review", str(tmp_path / "nowhere"), "--base=main")
    assert caught.value.returncode == 2
