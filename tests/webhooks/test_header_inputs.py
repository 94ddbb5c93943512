"""The numbered bad inputs about GitHub's headers (17-28) and content types (49-58)."""

import gzip
from uuid import uuid4

import pytest

from jobs.models import WorkflowJob
from tests.webhooks.deliveries import Door, comment, is_refused, pull_request, push, to_bytes
from webhooks.models import Verdict, WebhookDelivery

GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
OLD = "0b989ba4-242f-11e5-81e1-c7b6966d2516"


def test_input_17_no_event(door: Door):
    response = door.send("pull_request", pull_request(), X_GitHub_Event=None)
    assert is_refused(response, 400, "header_invalid")


@pytest.mark.parametrize(
    "event", ["../x", "pull-request", "PULL_REQUEST", "a" * 65, "", "pull_request,push", "push\n"]
)
def test_input_18_an_event_that_is_no_name(door: Door, event: str):
    assert is_refused(door.send("pull_request", pull_request(), X_GitHub_Event=event), 400, "header_invalid")


def test_input_19_an_unknown_event_is_stored_and_ignored(door: Door):
    response = door.send("quantum_merge", {"action": "entangled", "repository": {"full_name": "octo/app"}})
    assert (response.status_code, response.json()["verdict"]) == (202, "IGNORED")
    assert "quantum_merge entangled" in WebhookDelivery.objects.get().reason


@pytest.mark.parametrize(
    ("event", "payload"),
    [("pull_request", comment()), ("pull_request", push()), ("issue_comment", push()), ("push", {}), ("ping", push())],
)
def test_input_20_an_event_that_does_not_fit_the_body(door: Door, event: str, payload: dict[str, object]):
    assert is_refused(door.send(event, payload), 400, "payload_invalid")


def test_input_21_no_delivery_id(door: Door):
    assert is_refused(door.send("push", push(), X_GitHub_Delivery=None), 400, "header_invalid")


@pytest.mark.parametrize(
    "delivery", ["", "1", GUID[:-1], GUID + "0", f"{{{GUID}}}", GUID.replace("-", ""), f"{GUID}\n"]
)
def test_input_22_a_delivery_id_that_is_no_uuid(door: Door, delivery: str):
    assert is_refused(door.send("push", push(), X_GitHub_Delivery=delivery), 400, "header_invalid")


def test_input_23_the_upper_case_twin_of_a_delivery_id_is_the_same(door: Door):
    first = door.send("pull_request", pull_request(), delivery=GUID)
    again = door.send("pull_request", pull_request(), delivery=GUID.upper())
    assert (again.status_code, again.json()) == (202, first.json())
    assert WebhookDelivery.objects.count() == 1


def test_input_25_a_delivery_id_with_another_body_is_refused_and_the_first_stands(door: Door):
    first = door.send("pull_request", pull_request(), delivery=GUID)
    other = door.send("pull_request", pull_request(number=8), delivery=GUID)
    assert (other.status_code, other.json()["error"]) == (409, "delivery_id_reused")
    assert str(WebhookDelivery.objects.get().job_id) == first.json()["job"]
    assert WorkflowJob.objects.count() == 1


def test_input_26_a_body_replayed_under_a_new_delivery_id_gets_the_first_answer(door: Door):
    first = door.send("pull_request", pull_request(), delivery=GUID)
    replayed = door.send("pull_request", pull_request(), delivery=OLD)
    assert (replayed.status_code, replayed.json()) == (202, first.json())
    assert WebhookDelivery.objects.filter(delivery_id=OLD, duplicate_of__delivery_id=GUID).exists()
    assert WorkflowJob.objects.count() == 1


def test_input_26_a_replay_is_known_even_when_its_event_was_changed(door: Door):
    first = door.send("pull_request", pull_request("closed"))
    replayed = door.send("star", pull_request("closed"))
    assert replayed.json() == first.json()


def test_input_26_a_replay_after_the_job_ended_makes_no_other_job(door: Door):
    door.send("pull_request", pull_request())
    WorkflowJob.objects.update(status="COMPLETED")
    door.send("pull_request", pull_request())
    assert WorkflowJob.objects.count() == 1


def test_input_26_a_replay_sent_twice_is_one_row(door: Door):
    for delivery in (GUID, OLD, OLD):
        door.send("pull_request", pull_request(), delivery=delivery)
    assert WebhookDelivery.objects.count() == 2


@pytest.mark.parametrize("hook", ["", "x", "-1", "1e3", "9" * 19, "9" * 20, "30,30"])
def test_input_27_a_hook_id_that_is_no_number(door: Door, hook: str):
    assert is_refused(door.send("push", push(), X_GitHub_Hook_ID=hook), 400, "header_invalid")


def test_input_27_the_same_body_from_another_hook_is_another_delivery(door: Door):
    door.send("pull_request", pull_request())
    door.send("pull_request", pull_request(), X_GitHub_Hook_ID="31")
    assert WebhookDelivery.objects.filter(duplicate_of=None).count() == 2
    assert WorkflowJob.objects.count() == 1


def test_input_28_eight_bit_headers_are_stored_harmlessly(door: Door):
    response = door.send("push", push(), X_GitHub_Hook_Installation_Target_Type="r\xe9po\0" + "x" * 500)
    kept = WebhookDelivery.objects.get().headers["X-GitHub-Hook-Installation-Target-Type"]
    assert (response.status_code, len(kept), "\0" in kept) == (202, 200, False)


def refuses_type(door: Door, content_type: str, body: bytes = to_bytes(pull_request()), **changes: str | None) -> bool:
    response = door.send("pull_request", body, content_type=content_type, **changes)
    return is_refused(response, 415, "content_type_unsupported")


def test_input_49_no_content_type(door: Door):
    assert refuses_type(door, "")


@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonp", "application/*", "json", "\0"])
def test_input_50_another_content_type(door: Door, content_type: str):
    assert refuses_type(door, content_type)


def test_input_51_a_signed_form_is_told_how_to_be_json(door: Door):
    body = b"payload=" + to_bytes(pull_request())
    response = door.send("pull_request", body, content_type="application/x-www-form-urlencoded")
    assert is_refused(response, 415, "content_type_unsupported")
    assert "application/json" in response.json()["detail"]


def test_input_52_multipart_without_a_boundary(door: Door):
    assert refuses_type(door, "multipart/form-data")


@pytest.mark.parametrize("charset", ["bz2_codec", "zlib_codec", "rot13", "utf-7", "utf-16", "bogus", "latin-1"])
def test_input_53_a_charset_other_than_utf_8(door: Door, charset: str):
    assert refuses_type(door, f"application/json; charset={charset}")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_input_53_utf_8_may_be_named(door: Door, charset: str):
    assert door.send("push", push(), content_type=f"application/json; charset={charset}").status_code == 202


def test_input_40_a_compressed_body(door: Door):
    bomb = gzip.compress(b"0" * 10_000_000)
    assert refuses_type(door, "application/json", body=bomb, Content_Encoding="gzip")


def test_input_58_a_form_of_two_thousand_fields(door: Door):
    body = b"&".join(b"f%d=1" % number for number in range(2_000))
    assert refuses_type(door, "application/x-www-form-urlencoded", body=body)


def test_a_delivery_keeps_what_github_sent(door: Door):
    delivery = str(uuid4())
    door.send("push", push(), delivery=delivery)
    stored = WebhookDelivery.objects.get()
    assert bytes(stored.body) == to_bytes(push())
    assert stored.headers == {"X-GitHub-Event": "push", "X-GitHub-Delivery": delivery, "X-GitHub-Hook-ID": "30"}
    assert (stored.repository, stored.sender, stored.hook_id) == ("octo/app", "mona", 30)
    assert stored.verdict == Verdict.ACCEPTED
