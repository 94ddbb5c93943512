"""The numbered bad inputs about encoding and JSON (54-80): refused with 400 or read harmlessly, never a failure."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.webhooks.deliveries import (
    Door,
    changed,
    comment,
    is_refused,
    ping,
    pull_request,
    push,
    to_bytes,
    without,
)
from webhooks.decoding import MAX_DEPTH, decode, is_deeper_than
from webhooks.errors import PayloadInvalid
from webhooks.models import WebhookDelivery
from webhooks.routing import Ignore, decide

TEXT = json.dumps(pull_request())


def refuses(door: Door, body: Any, event: str = "pull_request") -> bool:
    return is_refused(door.send(event, body), 400, "payload_invalid")


def with_extra(raw: str) -> bytes:
    """The body of a pull request with one more member, written as given."""
    return f'{TEXT[:-1]}, "extra": {raw}}}'.encode()


def nested(depth: int, *, pairs: tuple[str, str] = ("[", "]")) -> bytes:
    """A body nested this deep in all: the root counts."""
    return b'{"a":' + pairs[0].encode() * (depth - 1) + b"1" + pairs[1].encode() * (depth - 1) + b"}"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32"])
def test_input_54_utf_16_and_utf_32(door: Door, codec: str):
    assert refuses(door, TEXT.encode(codec))


def test_input_55_a_byte_order_mark(door: Door):
    assert refuses(door, TEXT.encode("utf-8-sig"))


def test_input_56_latin_1(door: Door):
    assert refuses(door, TEXT.replace("Rename", "Ren\xe4me").encode("latin-1"))


def test_input_57_overlong_utf_8(door: Door):
    assert refuses(door, TEXT.encode().replace(b"octo/app", b"octo\xc0\xafapp"))


@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_input_59_nothing(door: Door, body: bytes):
    assert refuses(door, body)


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"1", b"true", b"[{}]"])
def test_input_60_a_root_that_is_no_object(door: Door, body: bytes):
    assert refuses(door, body)


@pytest.mark.parametrize("length", [1, len(TEXT) // 2, len(TEXT) - 1])
def test_input_61_a_body_cut_short(door: Door, length: int):
    assert refuses(door, TEXT[:length].encode())


@pytest.mark.parametrize("tail", ["{}", "x", "]", "\0"])
def test_input_62_something_after_the_end(door: Door, tail: str):
    assert refuses(door, (TEXT + tail).encode())


@pytest.mark.parametrize("note", ["/* note */", "// note\n", "# note\n"])
def test_input_63_comments(door: Door, note: str):
    assert refuses(door, (note + TEXT).encode())


def test_input_64_of_a_key_given_twice_the_last_counts(door: Door):
    door.send("pull_request", with_extra("1").replace(b'"extra": 1', b'"action": "labeled"'))
    assert WebhookDelivery.objects.get().action == "labeled"


@pytest.mark.parametrize("pairs", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1_000, 100_000])
def test_input_65_nesting_that_is_too_deep(door: Door, depth: int, pairs: tuple[str, str]):
    assert refuses(door, nested(depth, pairs=pairs))


def test_input_65_opened_but_never_closed(door: Door):
    assert refuses(door, b'{"a":' + b"[" * 100_000)


def test_input_65_nesting_up_to_the_limit_is_read(door: Door):
    assert door.send("star", nested(MAX_DEPTH)).status_code == 202


def test_input_65_brackets_within_texts_do_not_count():
    assert not is_deeper_than(1, rb'{"a": "[[[\"[[{{", "b\\": "]]}"}')


def test_input_66_a_number_of_five_thousand_digits(door: Door):
    assert refuses(door, with_extra("9" * 5_000))


@pytest.mark.parametrize("path", ["repository.id", "pull_request.number", "installation.id"])
@pytest.mark.parametrize("number", [2**63, -1, 0])
def test_input_67_ids_out_of_bounds(door: Door, path: str, number: int):
    if path == "installation.id" and number == 0:
        number = -(2**63)
    assert refuses(door, changed(pull_request(), path, number))


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_input_68_numbers_that_are_none(door: Door, constant: str):
    assert refuses(door, with_extra(constant))


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1e999999"])
def test_input_68_numbers_too_large_for_a_float_are_harmless_where_nothing_reads_them(door: Door, number: str):
    assert door.send("pull_request", with_extra(number)).status_code == 202


@pytest.mark.parametrize("path", ["pull_request.title", "pull_request.head.ref", "sender.login", "action"])
@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_input_69_70_nul_and_lone_surrogates_are_stored_cleaned(door: Door, path: str, text: str):
    response = door.send("pull_request", changed(pull_request(), path, text))
    stored = WebhookDelivery.objects.get()
    assert response.status_code == 202
    assert {"a\0b", "a\ud800b"}.isdisjoint({stored.action, stored.sender})


def test_input_71_a_raw_control_character(door: Door):
    assert refuses(door, to_bytes(pull_request()).replace(b"Rename", b"Ren\x01ame"))


def test_input_72_two_hundred_thousand_keys(door: Door):
    assert door.send("star", {f"k{number}": number for number in range(200_000)}).status_code == 202


def test_input_73_one_text_of_twenty_megabytes(door: Door):
    response = door.send("pull_request", changed(pull_request(), "pull_request.title", "x" * 20_000_000))
    assert response.status_code == 202
    assert len(WebhookDelivery.objects.get().body) > 20_000_000


def test_input_73_long_texts_are_cut_where_they_are_indexed(door: Door):
    door.send("star", {"action": "x" * 9_000, "sender": {"login": "y" * 9_000}})
    stored = WebhookDelivery.objects.get()
    assert (len(stored.action), len(stored.sender)) == (255, 255)


def test_input_74_a_key_of_a_megabyte(door: Door):
    assert door.send("star", {"k" * 1_000_000: 1}).status_code == 202


@pytest.mark.parametrize("key", ["__proto__", "constructor", "__class__", "__init__"])
def test_input_75_keys_that_mean_something_elsewhere(door: Door, key: str):
    assert door.send("pull_request", {**pull_request(), key: {"action": "closed"}}).json()["verdict"] == "ACCEPTED"


SAMPLES = {"pull_request": pull_request(), "issue_comment": comment(), "push": push(), "ping": ping()}
WRONG: tuple[Any, ...] = (None, True, 1, 1.5, "x", [], {}, [[]], "1")


def paths(payload: Any, prefix: str = "") -> Iterator[str]:
    for key, value in payload.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from paths(value, f"{prefix}{key}.")


EVERY_PATH = [(event, path) for event, payload in SAMPLES.items() for path in paths(payload)]


@pytest.mark.parametrize(("event", "path"), EVERY_PATH)
def test_input_76_types_swapped_are_named_or_harmless(event: str, path: str):
    for value in WRONG:
        try:
            decide(event, changed(SAMPLES[event], path, value), command="/review")
        except PayloadInvalid as refusal:
            assert path.startswith(refusal.detail.split()[0]) or refusal.detail.startswith(path)  # noqa: PT017 - as below


@pytest.mark.parametrize(("event", "path"), EVERY_PATH)
def test_input_77_keys_removed_are_named_or_harmless(event: str, path: str):
    try:
        decide(event, without(SAMPLES[event], path), command="/review")
    except PayloadInvalid as refusal:
        assert refusal.detail.startswith(path)  # noqa: PT017 - most keys are not needed, so nothing need be raised


@pytest.mark.parametrize("number", ["7.0", "1e3", '"7"', "true", "[7]"])
def test_input_78_a_number_of_another_kind(door: Door, number: str):
    assert refuses(door, TEXT.replace('"number": 7', f'"number": {number}').encode())


@pytest.mark.parametrize("moment", ["0000-00-00T00:00:00Z", "10000-01-01", "2026-06-30T23:59:60Z", "yesterday", 0])
def test_input_79_dates_that_are_none_are_passed_over(door: Door, moment: Any):
    payload = changed(pull_request(), "pull_request.updated_at", moment)
    assert door.send("pull_request", payload).json()["verdict"] == "ACCEPTED"


@pytest.mark.parametrize("text", ["🦀" * 2_500, "\u202egnp.exe", "\u200b" * 10_000, "e" + "\u0301" * 10_000])
def test_input_80_any_letters_there_are(door: Door, text: str):
    assert door.send("star", {"action": text, "sender": {"login": text}}).status_code == 202


def test_what_is_wrong_is_said_in_the_answer(door: Door):
    response = door.send("pull_request", without(pull_request(), "pull_request.head.sha"))
    assert response.json()["detail"] == "pull_request.head.sha is missing."


def test_the_parser_is_never_left_with_an_error_of_its_own():
    with pytest.raises(PayloadInvalid):
        decode(b'{"a": 1' + b"0" * 10_000 + b"}")


def test_an_empty_installation_is_as_none():
    assert not isinstance(decide("pull_request", {**pull_request(), "installation": None}, command=""), Ignore)
