from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.github.standin import StandIn
from jobs.attempts import Attempt
from jobs.leases import heartbeat
from tests.integrations.language_model.scripted import Scripted, scripted_model
from tests.reviews.parts import BASE, HEAD, REPOSITORY, PullRequest, Repo, claimed, review_job


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    """The rows of a test live in its transaction: the heartbeat's own connection would find its job gone."""
    monkeypatch.setattr(heartbeat, "hold", lambda _attempt: None)
    settings.LEASE_SECONDS = 600


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.make(tmp_path / "repo")
    repo.commit(BASE, "Start")
    return repo


@pytest.fixture
def standin(repo: Repo, settings, tmp_path: Path) -> Iterator[StandIn]:
    with StandIn({REPOSITORY: repo.path}) as standin:
        settings.GITHUB_API_URL = standin.base_url
        settings.GITHUB_GIT_URL = standin.git_url
        settings.GITHUB_TOKEN = standin.token
        settings.MIRRORS_DIR = tmp_path / "mirrors"
        yield standin


@pytest.fixture
def open_pull(standin: StandIn, repo: Repo) -> Callable[..., PullRequest]:
    def make(files=HEAD, **options) -> PullRequest:
        base_sha = repo.git("rev-parse", "main")
        head_sha = repo.branch("change", files)
        options = {"base": "main", "head": "change", "title": "Prices in a currency", **options}
        number = standin.open_pull_request(REPOSITORY, **options)
        return PullRequest(standin, repo, number, base_sha, head_sha)

    return make


@pytest.fixture
def pull(open_pull: Callable[..., PullRequest]) -> PullRequest:
    return open_pull()


@pytest.fixture
def attempt(db, pull: PullRequest) -> Attempt:
    return claimed(review_job(pull))


@pytest.fixture
def provider(settings) -> Iterator[Scripted]:
    """A language model that the service is connected to, and that says what it is told to."""
    with scripted_model() as scripted:
        settings.MODEL_URL, settings.MODEL_NAME = scripted.url, "small"
        yield scripted
