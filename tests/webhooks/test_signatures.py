import hmac

import pytest

from webhooks.errors import SignatureInvalid
from webhooks.signatures import sign, verify

# From GitHub's documentation, "Testing the webhook payload validation".
SECRET, BODY = b"It's a Secret to Everybody", b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_own_example_is_valid():
    verify(BODY, SIGNATURE, secrets=[SECRET])


def test_signing_githubs_own_example_gives_its_signature():
    assert sign(SECRET, BODY) == SIGNATURE


def test_any_of_several_secrets_may_have_signed():
    verify(BODY, SIGNATURE, secrets=[b"newer", SECRET, b"older"])


def test_without_a_secret_nothing_is_valid():
    with pytest.raises(SignatureInvalid):
        verify(BODY, SIGNATURE, secrets=[])


def test_the_empty_secret_of_a_stranger_does_not_help():
    with pytest.raises(SignatureInvalid):
        verify(BODY, sign(b"", BODY), secrets=[SECRET])


def test_every_secret_is_tried_so_that_time_does_not_tell_which_matched(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr("hmac.compare_digest", compare)
    verify(BODY, SIGNATURE, secrets=[SECRET, b"older", b"oldest"])
    assert len(compared) == 3


def test_the_body_counts_byte_by_byte():
    with pytest.raises(SignatureInvalid):
        verify(BODY + b"\n", SIGNATURE, secrets=[SECRET])
