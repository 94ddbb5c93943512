"""Callers of the API: tokens with given scopes, of all organizations or of one."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from monitoring.access import Scope
from monitoring.tokens import make_token

Speaker = Callable[..., Client]


@pytest.fixture
def speaker(db: None) -> Speaker:
    """A client that holds a token with these scopes."""

    def make(*scopes: Scope, organization: str = "") -> Client:
        name = str(uuid4())
        _, text = make_token(name, scopes, created_by="tests", days=1, organization=organization)
        return Client(headers={"Authorization": f"Bearer {text}"})

    return make


@pytest.fixture
def operator(speaker: Speaker) -> Client:
    """Everything, of all organizations."""
    return speaker(*Scope)


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)
