from collections.abc import Iterator

import pytest

from integrations.language_model.client import LanguageModel
from tests.integrations.language_model.scripted import Scripted, scripted_model


@pytest.fixture
def provider() -> Iterator[Scripted]:
    with scripted_model() as scripted:
        yield scripted


@pytest.fixture
def model(provider: Scripted) -> Iterator[LanguageModel]:
    model = LanguageModel(provider.url, "small", "a-key-of-ours")
    yield model
    model.close()
