from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from integrations.github.app import App
from integrations.github.client import GitHub
from integrations.github.standin import StandIn
from integrations.github.standin.installations import Installations
from tests.integrations.github.contract import SLICE, ContractTransport
from tests.integrations.github.receiver import Receiver
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY, Clock
from tests.integrations.github.repository import make_repository


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "app")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks arrive."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def standin(repository: Path, receiver: Receiver) -> Iterator[StandIn]:
    with StandIn({"octo/app": repository}, webhook_url=receiver.url, secret=b"hush") as standin:
        yield standin


@pytest.fixture
def hasty(repository: Path, receiver: Receiver) -> Iterator[StandIn]:
    """A stand-in whose verbs do not wait for their webhooks."""
    with StandIn({"octo/app": repository}, webhook_url=receiver.url, waits=False) as standin:
        yield standin


@pytest.fixture
def number(standin: StandIn) -> int:
    """An open pull request of `change` into `main`."""
    return standin.open_pull_request("octo/app", base="main", head="change", title="Change it", body="As asked.")


@pytest.fixture
def waits() -> list[float]:
    """How long the client waited between tries, in seconds; it does not really wait."""
    return []


@pytest.fixture
def transport() -> httpx.BaseTransport:
    """Where GitHub's description is there, all traffic is held against it."""
    return ContractTransport("/api/v3") if SLICE and SLICE.exists() else httpx.HTTPTransport()


@pytest.fixture
def clock() -> Clock:
    """What the App and the stand-in's tokens go by."""
    return Clock()


@pytest.fixture
def registered(standin: StandIn, clock: Clock) -> Installations:
    """The App is registered with the stand-in and installed where octo/app is."""
    standin.installations.clock = clock
    standin.installations.register(APP_ID, PUBLIC_KEY)
    standin.installations.install("octo")
    return standin.installations


@pytest.fixture
def app(standin: StandIn, registered: Installations, clock: Clock, transport: httpx.BaseTransport) -> App:
    return App(standin.base_url, APP_ID, PRIVATE_KEY, now=clock, transport=transport)


@pytest.fixture
def github_of_app(standin: StandIn, app: App, waits: list[float], transport: httpx.BaseTransport) -> GitHub:
    """The client at the stand-in, acting as the App."""
    github = GitHub(standin.base_url, app, transport=transport)
    github._connection._sleep = app._connection._sleep = waits.append
    return github


@pytest.fixture
def github(standin: StandIn, waits: list[float], transport: httpx.BaseTransport) -> Iterator[GitHub]:
    """The client at the stand-in."""
    with GitHub(standin.base_url, standin.token, transport=transport) as github:
        github._connection._sleep = waits.append
        yield github
