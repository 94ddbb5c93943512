from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from chaos.inside import wrapping
from chaos.links.link import Link
from tests.chaos.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    with ExitStack() as stack:
        yield Wire(stack)


@pytest.fixture
def link(wire) -> Link:
    return wire.link


@pytest.fixture
def changed(monkeypatch) -> list[tuple[Any, str]]:
    """What of the service is wrapped or replaced from here on, by its owner and name; put back at the end."""
    found: list[tuple[Any, str]] = []

    def change(owner: Any, name: str, value: Any) -> None:
        found.append((owner, name))
        monkeypatch.setattr(owner, name, value)

    monkeypatch.setattr(wrapping, "setattr", change, raising=False)
    return found
