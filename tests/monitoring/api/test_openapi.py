"""The description of the API: whole, without a warning, its examples true; and a client made from it works."""

import json
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from pytest_django.live_server_helper import LiveServer

from monitoring.access import Scope
from monitoring.tokens import make_token
from tests.monitoring.api.conftest import Speaker
from tests.monitoring.bulk.conftest import failed, make_job, status_of

METHODS = {"get", "post"}
JSON = "application/json"


@pytest.fixture
def described(speaker: Speaker) -> Any:
    return openapi(speaker(Scope.JOBS_READ))


def openapi(client: Client) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = client.get("/workflow-queue/openapi", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return json.loads(answer.content)


def operations(described: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def bodies(operation: Any) -> Iterator[tuple[str, Any]]:
    """What is asked and what is answered when all goes well, each with its schema and examples."""
    if "requestBody" in operation:
        yield "asked", operation["requestBody"]["content"][JSON]
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield status, response["content"][JSON]


def test_nothing_about_the_api_had_to_be_guessed(speaker, capfd):
    assert openapi(speaker(Scope.JOBS_READ))["openapi"].startswith("3.1")
    assert capfd.readouterr().err == ""


def test_every_operation_says_what_it_is_called_what_it_does_and_who_may(described):
    named = [operation["operationId"] for _, operation in operations(described)]
    assert len(named) == len(set(named)) >= 20
    for name, operation in operations(described):
        assert operation["summary"], name
        assert {"token": []} in operation["security"], name
        assert "What every address" not in operation.get("description", ""), name


def test_every_example_is_one_by_its_schema(described):
    checker, shown = FormatChecker(), 0
    for name, operation in operations(described):
        for where, content in bodies(operation):
            examples = content.get("examples", {})
            assert examples, f"{name} has no example of what is {where}"
            schema = {**content["schema"], "components": described["components"]}
            for example in examples.values():
                errors = list(Draft202012Validator(schema, format_checker=checker).iter_errors(example["value"]))
                assert errors == [], f"{name} {where}"
                shown += 1
    assert shown > 25


def test_an_example_shows_every_field(described):
    """One that is left out would not be missed by the schema, were it optional."""
    for name, operation in operations(described):
        for where, content in bodies(operation):
            schema = described["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
            for example in content["examples"].values():
                assert set(example["value"]) == set(schema["properties"]), f"{name} {where}"


def test_every_operation_says_how_it_may_be_refused(described):
    for name, operation in operations(described):
        assert {"401", "403", "503"} <= set(operation["responses"]), name
        assert ("404" in operation["responses"]) == ("{" in name), name
        assert ("422" in operation["responses"]) == name.startswith("POST"), name


@pytest.fixture
def generated(described: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package, made from the description by a generator that knows nothing of us."""
    (tmp_path / "openapi.json").write_text(json.dumps(described))
    (tmp_path / "generator.yml").write_text("post_hooks: []\npackage_name_override: kodus_client\n")
    made = subprocess.run(
        [
            *(Path(sys.executable).with_name("openapi-python-client"), "generate", "--meta", "none"),
            *("--fail-on-warning", "--path", "openapi.json", "--config", "generator.yml"),
            *("--output-path", "kodus_client"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return "kodus_client"


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_lists_looks_and_cancels(live_server: LiveServer, generated: str) -> None:
    waiting, _ = make_job(), failed()
    _, token = make_token("client", [Scope.JOBS_READ, Scope.JOBS_WRITE], created_by="tests", days=1)
    package = imported(generated)
    client = package.AuthenticatedClient(base_url=live_server.url, token=token)
    jobs = imported(f"{generated}.api.jobs.list_jobs")
    listed = jobs.sync(client=client, status=[imported(f"{generated}.models").JobStatus("PENDING")])
    assert [job.id for job in listed.results] == [waiting.id]
    seen = imported(f"{generated}.api.jobs.show_a_job").sync(str(waiting.id), client=client)
    assert (seen.status, seen.subject) == ("PENDING", "octo/app#1")
    reason = imported(f"{generated}.models").Reason(reason="not wanted")
    cancel = imported(f"{generated}.api.jobs.cancel_a_job")
    assert cancel.sync(str(waiting.id), client=client, body=reason).status == "CANCELLED"
    assert status_of(waiting) == ["CANCELLED"]
    assert cancel.sync_detailed(str(waiting.id), client=client, body=reason).status_code == 409


def imported(name: str) -> ModuleType:
    __import__(name)
    return sys.modules[name]
