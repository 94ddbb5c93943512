"""The numbered bad inputs about signatures (1-16): each refused with 401, nothing stored."""

import hashlib
import hmac
import json

import pytest
from django.conf import LazySettings

from tests.webhooks.deliveries import SECRET, Door, is_refused, pull_request, to_bytes
from webhooks.models import WebhookDelivery
from webhooks.signatures import sign

BODY = to_bytes(pull_request())
GOOD = sign(SECRET, BODY)
HEX = GOOD.removeprefix("sha256=")


def refuses(door: Door, signature: str | None) -> bool:
    return is_refused(door.send("pull_request", BODY, X_Hub_Signature_256=signature), 401, "signature_invalid")


def test_input_01_no_signature(door: Door):
    assert refuses(door, None)


def test_input_02_an_empty_signature(door: Door):
    assert refuses(door, "")


def test_input_03_a_prefix_without_digits(door: Door):
    assert refuses(door, "sha256=")


@pytest.mark.parametrize("digits", [HEX[:-1], HEX + "0", HEX + HEX])
def test_input_04_too_few_or_too_many_digits(door: Door, digits: str):
    assert refuses(door, f"sha256={digits}")


def test_input_05_upper_case_digits(door: Door):
    assert refuses(door, f"sha256={HEX.upper()}")


def test_input_06_a_valid_sha1_signature(door: Door):
    digest = hmac.new(SECRET, BODY, hashlib.sha1).hexdigest()
    response = door.send("pull_request", BODY, X_Hub_Signature_256=f"sha1={digest}", X_Hub_Signature=f"sha1={digest}")
    assert is_refused(response, 401, "signature_invalid")


def test_input_07_the_right_digits_without_the_prefix(door: Door):
    assert refuses(door, HEX)


@pytest.mark.parametrize("signature", ["sha256=é" + HEX[1:], "sha256=" + "٣" * 64, "ſha256=" + HEX])
def test_input_08_letters_that_are_not_ascii(door: Door, signature: str):
    assert refuses(door, signature)


def test_input_09_two_signatures_the_first_is_good(door: Door):
    assert refuses(door, f"{GOOD},sha256={'0' * 64}")


def test_input_10_two_signatures_the_second_is_good(door: Door):
    assert refuses(door, f"sha256={'0' * 64},{GOOD}")


@pytest.mark.parametrize("signature", [f" {GOOD}", f"{GOOD} ", f"\t{GOOD}", f"{GOOD},", f"sha256= {HEX}", f"{GOOD}\n"])
def test_input_11_spaces_tabs_and_commas(door: Door, signature: str):
    assert refuses(door, signature)


def test_input_12_a_signature_of_the_same_json_written_differently(door: Door):
    rewritten = json.dumps(json.loads(BODY), indent=1).encode()
    assert refuses(door, sign(SECRET, rewritten))


def test_input_13_a_secret_that_is_no_longer_active(door: Door, settings: LazySettings):
    settings.GITHUB_WEBHOOK_SECRETS = (b"the new secret, alone",)
    assert refuses(door, GOOD)


def test_input_14_an_old_secret_that_is_still_active_is_accepted(door: Door, settings: LazySettings):
    settings.GITHUB_WEBHOOK_SECRETS = (b"the new secret", SECRET)
    assert door.send("pull_request", BODY).status_code == 202
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize("position", [0, len(BODY) // 2, len(BODY) - 1])
def test_input_15_one_byte_of_the_body_changed(door: Door, position: int):
    body = bytearray(BODY)
    body[position] ^= 1
    response = door.send("pull_request", bytes(body), X_Hub_Signature_256=GOOD)
    assert is_refused(response, 401, "signature_invalid")


def test_input_16_a_signature_of_ten_thousand_bytes(door: Door):
    assert refuses(door, "sha256=" + "0" * 10_000)
