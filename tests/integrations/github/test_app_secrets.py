"""What the App has that nobody else may have: its key, which is never shown, and its tokens, which are given back."""

import time

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from structlog.testing import capture_logs

from integrations.github.app import App
from integrations.github.errors import Forbidden, PrivateKeyUnreadable
from telemetry.redaction import redact
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY, new_key, pem


class TestGivingTokensBack:
    def test_gives_back_every_one(self, github_of_app, app, registered, number):
        github_of_app.pull_request("octo/app", number)
        app.git_token("octo/app")
        assert len(registered.tokens) == 2
        app.revoke_tokens(within_seconds=10)
        assert registered.tokens == {}

    def test_leaves_alone_what_has_expired(self, app, clock):
        app.git_token("octo/app")
        clock.pass_by(minutes=61)
        with capture_logs() as refusals:
            app.revoke_tokens(within_seconds=10)
        assert refusals == []

    def test_goes_on_after_one_that_is_not_taken_back(self, github_of_app, app, standin, registered, number):
        github_of_app.pull_request("octo/app", number)
        app.git_token("octo/app")
        standin.fail_next("DELETE", "/installation/token$", status=502)
        app.revoke_tokens(within_seconds=10)
        assert len(registered.tokens) == 1

    def test_takes_no_longer_than_it_may(self, app, standin):
        app.git_token("octo/app")
        standin.set_weather(slow=1.0, slow_seconds=5.0)
        began = time.monotonic()
        app.revoke_tokens(within_seconds=0.2)
        assert time.monotonic() - began < 3

    def test_asks_nobody_when_there_is_none(self, app, standin):
        app.revoke_tokens(within_seconds=10)
        assert standin.writes == []


@pytest.mark.parametrize(
    "key",
    [
        "", "a secret of ours", PUBLIC_KEY, PRIVATE_KEY[:-200],
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(new_key(), BestAvailableEncryption(b"hush")),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_read_is_refused_and_not_shown(key):
    with pytest.raises(PrivateKeyUnreadable) as refused:
        App("https://api.github.test", APP_ID, key)
    assert refused.value.permanent
    assert (key or "-") not in f"{refused.value!r}{refused.value.__cause__!r}"


def test_no_secret_is_shown_or_logged(github_of_app, app, standin, number, caplog):
    with caplog.at_level("DEBUG"), capture_logs() as logs:
        github_of_app.pull_request("octo/app", number)
        app.git_token("octo/app")
        standin.fail_next("GET", f"/pulls/{number}$", status=403)
        with pytest.raises(Forbidden) as refused:
            github_of_app.pull_request("octo/app", number)
    told = f"{logs}{caplog.text}{refused.value!r}{app!r}{github_of_app!r}{vars(app)!r}{vars(app._connection)!r}"
    signed = app.bearer_for("/app/hook/deliveries").token.rpartition(".")[2]
    assert [entry["event"] for entry in logs] == ["github.token_made"] * 2
    assert [
        secret for secret in (*standin.installations.tokens, signed, PRIVATE_KEY.split()[8]) if secret in told
    ] == []


def test_every_secret_is_known_to_the_redactor(app, registered):
    told = f"{app.git_token('octo/app')} {app.bearer_for('/app/hook/deliveries').token} {PRIVATE_KEY.strip()}"
    assert redact(told) == "[redacted] [redacted] [redacted]"
