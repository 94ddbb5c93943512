from datetime import UTC, datetime

from reviews.commands.parsing import command_in
from reviews.footers import footer


def written(**values):
    usual = {
        "at": datetime(2026, 11, 24, 14, 5, tzinfo=UTC),
        "head_sha": "abc1234567" + "0" * 30,
        "configured_by": [],
        "command": "/review",
        "job_page": "",
    }
    return footer(**{**usual, **values})


def test_without_a_file_and_an_address_it_is_two_sentences():
    assert written() == (
        "---\n\n"
        "Reviewed `abc1234567` at 2026-11-24 14:05 UTC, with the default configuration.\n\n"
        "`/review ignore` in a comment ends the reviews of this pull request."
    )


def test_it_names_the_files_that_the_configuration_comes_from():
    assert "configured by `service.yml` and `.kodus.yml`." in written(configured_by=["service.yml", ".kodus.yml"])


def test_it_is_no_command():
    assert command_in(written(), "/review") is None


def test_it_is_plain_enough_for_an_e_mail():
    assert not set(written(job_page="https://reviews.example.com/admin/")) & set("<>[]*_|")
