"""Tokens are made and revoked at the command line."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from monitoring.models import ApiToken
from telemetry.redaction import redact

pytestmark = pytest.mark.django_db


def made(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("api_token", "make", "deploys", "--scope", "jobs:read", *options)
    return capsys.readouterr().out.strip()


def status(token: str) -> int:
    return Client().get("/workflow-queue/jobs", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_made_token_works_until_it_is_revoked(capsys):
    token = made(capsys)
    assert status(token) == 200
    call_command("api_token", "revoke", "deploys")
    assert status(token) == 401


def test_the_list_shows_what_a_token_may_and_not_the_token(capsys):
    token = made(capsys, "--organization", "octo", "--days", "7")
    call_command("api_token", "list")
    told = capsys.readouterr().out
    assert token not in told
    assert re.search(r"^deploys  kq_\S{6}…  until \d{4}-\d\d-\d\d  octo  never used  jobs:read$", told, re.MULTILINE)


def test_without_tokens_the_list_says_so(capsys):
    call_command("api_token", "list")
    assert capsys.readouterr().out == "There are no tokens.\n"


def test_a_name_is_taken_once(capsys):
    made(capsys)
    with pytest.raises(CommandError, match="deploys"):
        made(capsys)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("options", [["--scope", "everything"], ["--days", "0"], ["--days", "367"], ["--days", "x"]])
def test_what_a_token_cannot_be_is_said(capsys, options):
    with pytest.raises(CommandError):
        made(capsys, *options)


def test_nobody_can_revoke_what_is_not_there():
    with pytest.raises(CommandError, match="No token is called deploys"):
        call_command("api_token", "revoke", "deploys")


def test_a_token_is_masked_wherever_it_is_written(capsys):
    token = made(capsys)
    assert token not in redact(f"called with {token} twice")


def test_the_admin_revokes_and_shows_no_hash(admin_client, capsys):
    token = made(capsys)
    stored = ApiToken.objects.get()
    page = admin_client.get(f"/admin/monitoring/apitoken/{stored.pk}/change/").content.decode()
    assert bytes(stored.sha256).hex() not in page
    admin_client.post(
        "/admin/monitoring/apitoken/", {"action": "revoke_tokens", "_selected_action": [stored.pk]}, follow=True
    )
    assert status(token) == 401
