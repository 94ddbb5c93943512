import time

import pytest

from monitoring.lists.search import MAX_TERM, Kind, Meaning, filters, meanings

SHA, TRACE = "1f" * 20, "0af7651916cd43dd8448eb211c80319c"
DELIVERY = "72d3162e-cc78-11e3-81ab-4c9367dc0958"


@pytest.mark.parametrize(
    ("term", "kinds"),
    [
        (DELIVERY, [Kind.ID]),
        (DELIVERY.upper(), [Kind.ID]),
        (f"  {DELIVERY}\n", [Kind.ID]),
        ("nightly-2026.11.30:1", [Kind.ID]),
        ("octo/app", [Kind.REPOSITORY]),
        ("octo/app#12", [Kind.PULL_REQUEST]),
        (f"octo/app@{SHA}", [Kind.EVENT_KEY]),
        (SHA, [Kind.COMMIT, Kind.ID]),
        (SHA[:7], [Kind.COMMIT, Kind.ID]),
        (SHA[:7].upper(), [Kind.COMMIT, Kind.ID]),
        (SHA[:6], [Kind.ID]),
        (TRACE, [Kind.TRACE, Kind.ID]),
        (f"00-{TRACE}-b7ad6b7169203331-01", [Kind.TRACE]),
        ("", []),
        ("two words", []),
        ("\0", []),
    ],
)
def test_a_term_names_one_kind_of_thing_or_a_few(term, kinds):
    assert [meaning.kind for meaning in meanings(term)] == kinds


@pytest.mark.parametrize(
    ("address", "meaning"),
    [
        ("https://github.com/octo/app", Meaning(Kind.REPOSITORY, "octo/app")),
        ("https://github.com/octo/app.git", Meaning(Kind.REPOSITORY, "octo/app")),
        ("https://github.com/octo/app/", Meaning(Kind.REPOSITORY, "octo/app")),
        ("https://github.com/octo/app?tab=readme", Meaning(Kind.REPOSITORY, "octo/app")),
        ("https://github.com/octo/app/pull/12", Meaning(Kind.PULL_REQUEST, "octo/app#12")),
        ("http://ghe.example.com/octo/app/pull/12/files?w=1", Meaning(Kind.PULL_REQUEST, "octo/app#12")),
        (f"https://github.com/octo/app/commit/{SHA}", Meaning(Kind.COMMIT, SHA)),
        (
            "https://github.com/octo/app/pull/12#discussion_r345",
            Meaning(Kind.COMMENT, "octo/app#12", "discussion_r", 345),
        ),
        (
            "https://github.com/octo/app/pull/12#issuecomment-6",
            Meaning(Kind.COMMENT, "octo/app#12", "issuecomment-", 6),
        ),
        (
            "https://github.com/octo/app/pull/12/files#pullrequestreview-7",
            Meaning(Kind.COMMENT, "octo/app#12", "pullrequestreview-", 7),
        ),
        ("https://github.com/octo/app/pull/12#diff-0", Meaning(Kind.PULL_REQUEST, "octo/app#12")),
        ("https://github.com/octo/app/pull/٣", Meaning(Kind.REPOSITORY, "octo/app")),
    ],
)
def test_an_address_on_the_code_host_names_what_is_there(address, meaning):
    assert meanings(address) == [meaning]


@pytest.mark.parametrize("piece", ["/", "a/", "#", "@1", "https://", "%00", "\u202e", "(", "'; --", "é", "a" * 40])
def test_whatever_is_typed_is_read_at_once(piece):
    began = time.perf_counter()
    for length in (1, 50, 100_000):
        assert len(meanings(piece * length)) <= 2
        assert all(len(value) <= MAX_TERM for value in filters((piece * length)[:MAX_TERM]).values())
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("term", "filter_"),
    [
        ("", {}),
        ("octo/app", {"repository": "octo/app"}),
        ("https://github.com/octo/app/pull/12#discussion_r3", {"pull_request": "octo/app#12"}),
        (SHA, {"head": SHA}),
        (SHA[:9], {"correlation_id": SHA[:9]}),
        ("two words", {"correlation_id": "two words"}),
    ],
)
def test_the_list_of_jobs_is_narrowed_down_to_what_is_meant(term, filter_):
    assert filters(term) == filter_
