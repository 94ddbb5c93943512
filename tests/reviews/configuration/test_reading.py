import pytest

from reviews.configuration.declaration import DEFAULTS, FILE_NAME
from reviews.configuration.documents import MAX_BYTES
from reviews.configuration.reading import effective_configuration
from reviews.findings import Severity


@pytest.fixture
def folder(settings, tmp_path):
    """The operator's folder."""
    folder = tmp_path / "review"
    (folder / "organizations").mkdir(parents=True)
    settings.REVIEW_CONFIG_DIR = folder
    return folder


def read(pull):
    return effective_configuration(pull.context(merge_base=""))


def test_without_a_file_the_defaults_hold(pull):
    found = read(pull)
    assert (found.configuration, found.notes) == (DEFAULTS, ())


def test_the_file_of_the_base_holds(repo, open_pull):
    repo.commit({FILE_NAME: "severity_floor: high\n"})
    found = read(open_pull())
    assert found.configuration.severity_floor is Severity.HIGH
    assert found.settled["severity_floor"].set_by == "repository, .kodus.yml line 1"


def test_a_pull_request_does_not_decide_over_its_own_review(repo, open_pull):
    repo.commit({FILE_NAME: "severity_floor: low\n"})
    pull = open_pull({FILE_NAME: "severity_floor: critical\npaths: {exclude: ['*']}\n"})
    assert read(pull).configuration.severity_floor is Severity.LOW


def test_taking_the_file_away_changes_nothing_yet(repo, open_pull):
    repo.commit({FILE_NAME: "severity_floor: low\n"})
    assert read(open_pull({FILE_NAME: None})).configuration.severity_floor is Severity.LOW


def test_only_the_file_at_the_root_counts(repo, open_pull):
    repo.commit({f"shop/{FILE_NAME}": "severity_floor: high\n"})
    assert read(open_pull()).configuration == DEFAULTS


def test_an_invalid_file_is_a_note_with_its_line(repo, open_pull):
    repo.commit({FILE_NAME: "severity_floor: high\nlimit: 3\n"})
    found = read(open_pull())
    assert found.configuration.severity_floor is DEFAULTS.severity_floor
    assert "line 2, column 1" in found.notes[0]


def test_a_file_that_is_too_large_is_not_read(repo, open_pull):
    repo.commit({FILE_NAME: "#" * MAX_BYTES + "\n"})
    assert f"more than {MAX_BYTES} bytes" in read(open_pull()).notes[0]


def test_a_link_is_not_followed(repo, open_pull):
    (repo.path / FILE_NAME).symlink_to("shop/prices.py")
    repo.commit({})
    assert "this is a link or submodule" in read(open_pull()).notes[0]


class TestTheOperatorsFiles:
    def test_hold_for_everybody_and_for_one_organization(self, folder, pull):
        (folder / "service.yml").write_text("severity_floor: high\nlimits: {comments: 3}\n")
        (folder / "organizations" / "octo.yml").write_text("limits: {comments: 4}\n")
        (folder / "organizations" / "other.yml").write_text("limits: {comments: 5}\n")
        found = read(pull)
        assert (found.configuration.severity_floor, found.configuration.limits.comments) == (Severity.HIGH, 4)

    def test_find_an_organization_whatever_the_case_of_its_name(self, folder, pull):
        (folder / "organizations" / "Octo.yml").write_text("limits: {comments: 4}\n")
        assert read(pull).configuration.limits.comments == 4

    @pytest.mark.parametrize("organization", ["../service", "octo/../../secret", "/etc/passwd", "*", ""])
    def test_are_not_found_by_a_path(self, folder, pull, organization):
        (folder / "service.yml").write_text("limits: {comments: 3}\n")
        (folder.parent / "secret.yml").write_text("limits: {comments: 4}\n")
        found = effective_configuration(pull.context(organization=organization))
        assert found.settled["limits.comments"].set_by == "service, service.yml line 1"

    def test_that_cannot_be_read_are_told_of_and_forbid_the_language_model(self, folder, pull):
        (folder / "service.yml").mkdir()
        found = read(pull)
        assert "the file cannot be read: Is a directory" in found.notes[0]
        assert found.configuration.language_model is False
