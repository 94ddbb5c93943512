from dataclasses import replace

import pytest

from reviews.change import mirror_of, read_sources
from reviews.configuration.declaration import DEFAULTS
from reviews.eligibility import Skip, SkipReason
from reviews.stages import fetch_change as stage
from reviews.stages.fetch_change import fetch_change
from tests.reviews.configuration.levelled import together
from tests.reviews.parts import BASE, claimed, review_job

pytestmark = pytest.mark.django_db


def fetched(pull, configuration=DEFAULTS):
    return fetch_change(claimed(review_job(pull)), replace(pull.context(merge_base=""), configuration=configuration))


def configured(text):
    return together(repository=text).configuration


def test_the_changed_files_are_listed(pull):
    context = fetched(pull)
    assert (context.files, context.merge_base) == (("shop/prices.py",), pull.base_sha)


def test_the_change_starts_where_the_branches_parted(pull):
    pull.repo.commit({"later.py": "x = 1\n"})
    moved = pull.repo.git("rev-parse", "main")
    context = fetch_change(claimed(review_job(pull)), pull.context(base_sha=moved, merge_base=""))
    assert (context.files, context.merge_base) == (("shop/prices.py",), pull.base_sha)


def test_files_not_worth_reading_are_left_out_with_the_reason(open_pull):
    files = {
        "uv.lock": "x\n",
        "logo.png": b"\x89PNG\0\0",
        "api_pb2.py": "x = 1\n",
        "made.py": "# @generated\nx = 1\n",
        "shop/new.py": "x = 1\n",
    }
    context = fetched(open_pull(files))
    assert context.files == ("shop/new.py",)
    assert dict(context.left_out) == {
        "uv.lock": "lock file",
        "logo.png": "binary",
        "api_pb2.py": "generated",
        "made.py": "generated",
    }


def test_large_files_are_left_out_one_by_one_and_all_together(open_pull, monkeypatch):
    monkeypatch.setattr(stage, "MAX_FILE_BYTES", 500)
    monkeypatch.setattr(stage, "MAX_TOTAL_BYTES", 700)
    context = fetched(open_pull({"a.py": "#" * 600, "b.py": "#" * 400, "c.py": "#" * 400, "d.py": "x = 1\n"}))
    assert context.files == ("b.py", "d.py")
    assert dict(context.left_out) == {"a.py": "too large", "c.py": "too large"}


def test_a_link_counts_as_no_file(repo, open_pull):
    pull = open_pull()
    repo.git("checkout", "-q", "change")
    (repo.path / "link.py").symlink_to("prices.py")
    context = fetch_change(claimed(review_job(pull)), pull.context(head_sha=repo.commit({})))
    assert dict(context.left_out) == {"link.py": "link or submodule"}


def test_what_the_base_declares_generated_is_left_out(repo, open_pull):
    repo.commit({".gitattributes": "made/** linguist-generated\n"})
    context = fetched(open_pull({"made/x.py": "x = 1\n", "shop/new.py": "x = 1\n"}))
    assert (context.files, context.left_out) == (("shop/new.py",), (("made/x.py", "generated"),))


def test_a_pull_request_cannot_take_its_own_code_out_of_its_review(open_pull):
    context = fetched(open_pull({".gitattributes": "* linguist-generated\n", "shop/new.py": "x = 1\n"}))
    assert "shop/new.py" in context.files


def test_what_the_configuration_excludes_is_left_out_with_the_reason(open_pull):
    pull = open_pull({"docs/x.py": "x = 1\n", "shop/new.py": "x = 1\n"})
    context = fetched(pull, configured("paths: {exclude: [docs/]}"))
    assert (context.files, context.left_out) == (("shop/new.py",), (("docs/x.py", "excluded path"),))


def test_a_change_of_nothing_but_excluded_files_is_skipped(pull):
    with pytest.raises(Skip) as caught:
        fetched(pull, configured("languages: {exclude: [python]}"))
    assert caught.value.reason is SkipReason.NOTHING_TO_REVIEW


def test_a_huge_generated_file_does_not_hide_the_change_beside_it(open_pull):
    pull = open_pull({"a.lock/package-lock.json": "{}\n" * 50_000, "shop/new.py": "x = 1\n"})
    context = fetched(pull, configured("limits: {files: 1}"))
    assert (context.files, context.shortfalls) == (("shop/new.py",), ())


def test_deleted_and_renamed_files_are_part_of_the_change(open_pull):
    files = {"shop/cart.py": None, "shop/basket.py": BASE["shop/cart.py"], "shop/prices.py": None}
    assert fetched(open_pull(files)).files == ("shop/basket.py", "shop/prices.py")


def test_a_link_is_never_followed(repo, open_pull):
    pull = open_pull()
    repo.git("checkout", "-q", "change")
    (repo.path / "link.py").symlink_to("prices.py")
    head_sha = repo.commit({})
    sources = list(read_sources(mirror_with(pull, head_sha), head_sha, ["link.py", "shop/prices.py"]))
    assert [source.path for source in sources] == ["shop/prices.py"]


def mirror_with(pull, sha):
    mirror = mirror_of(pull.context())
    mirror.fetch(sha)
    return mirror


def test_a_change_of_nothing_worth_reading_is_skipped(open_pull):
    with pytest.raises(Skip) as caught:
        fetched(open_pull({"uv.lock": "x\n"}))
    assert caught.value.reason is SkipReason.NOTHING_TO_REVIEW


def test_an_empty_change_is_skipped(open_pull):
    with pytest.raises(Skip):
        fetched(open_pull({}))


def test_more_files_than_are_read_make_the_review_partial(open_pull):
    pull = open_pull({f"m{index}.py": f"x = {index}\n" for index in range(3)})
    context = fetched(pull, configured("limits: {files: 2}"))
    assert len(context.files) == 2
    assert context.shortfalls == ("Only the first 2 of 3 changed files were read.",)


def test_no_code_is_kept_in_the_context(open_pull):
    context = fetched(open_pull({"shop/new.py": "password_of_the_day = 1\n"}))
    assert "password_of_the_day" not in str(context.to_json())
