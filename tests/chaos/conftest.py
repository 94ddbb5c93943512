from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from chaos.links.link import Link
from tests.chaos.wire import Wire


@pytest.fixture
def wire() -> Iterator[Wire]:
    with ExitStack() as stack:
        yield Wire(stack)


@pytest.fixture
def link(wire) -> Link:
    return wire.link
