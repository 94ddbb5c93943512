"""The whole service acts as a GitHub App on a private repository, and its workers leave no token behind."""

import pytest

from kodus_queue.demo.pull_request import FULL_NAME
from tests.acceptance.service import service, start, wait_for_reviews
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]

APP = {"KODUS_GITHUB_TOKEN": "", "KODUS_GITHUB_APP_ID": APP_ID, "KODUS_GITHUB_APP_PRIVATE_KEY": PRIVATE_KEY}


@pytest.fixture
def running(broker, tmp_path):
    tmp_path.chmod(0o755)
    with service(tmp_path, broker) as made:
        made.standin.add_repository(FULL_NAME, tmp_path / "repository", private=True)
        made.standin.installations.register(APP_ID, PUBLIC_KEY)
        made.standin.installations.install(FULL_NAME.partition("/")[0])
        for process in made.processes:
            process.environment |= APP
        yield made


def test_a_private_repository_is_reviewed_and_every_token_given_back(running):
    start(running)
    number = running.open_pull_request()
    job = wait_for_reviews(1)[0]
    assert (job.outcome["outcome"], len(running.standin.reviews(FULL_NAME, number))) == ("REVIEWED", 1)
    given = [write for write in running.standin.writes if write.path.endswith("/access_tokens")]
    assert len(running.standin.installations.tokens) == len(given) == 3
    running.review_worker.stop()
    running.analysis_worker.stop()
    assert running.standin.installations.tokens == {}
