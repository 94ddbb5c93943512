from collections.abc import Callable

import pytest

from monitoring.pages import pulse as room
from monitoring.vitals import Vital


@pytest.fixture(autouse=True)
def known(monkeypatch) -> Callable[..., None]:
    """Say what the pulse is. Nobody takes it: another thread would not see what a test has not committed."""
    kept = room._Kept()
    monkeypatch.setattr(room, "_kept", kept)
    monkeypatch.setattr(kept, "is_due", lambda: False)

    def say(**details: str) -> None:
        """The checks that fail, each with its detail; all others are well."""
        well = {"broker": Vital(well=True, detail="answers")}
        kept.pulse = room.Pulse({**well, **{name: Vital(well=False, detail=text) for name, text in details.items()}})

    return say
