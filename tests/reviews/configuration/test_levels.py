import pytest

from reviews.configuration.declaration import DEFAULTS
from reviews.findings import Severity
from tests.reviews.configuration.levelled import together


def test_without_files_the_defaults_hold():
    found = together()
    assert found.configuration == DEFAULTS
    assert {item.set_by for item in found.settled.values()} == {"default"}
    assert found.notes == ()


@pytest.mark.parametrize(
    ("service", "organization", "repository", "value", "set_by"),
    [
        ("low", "high", "critical", Severity.CRITICAL, "repository, .kodus.yml line 1"),
        ("low", "high", "", Severity.HIGH, "organization, organizations/octo.yml line 1"),
        ("low", "", "", Severity.LOW, "service, service.yml line 1"),
        ("", "", "", Severity.MEDIUM, "default"),
    ],
)
def test_the_lowest_level_that_says_something_decides(service, organization, repository, value, set_by):
    levels = {"service": service, "organization": organization, "repository": repository}
    found = together(**{level: f"severity_floor: {word}" for level, word in levels.items() if word})
    assert found.configuration.severity_floor is value
    assert found.settled["severity_floor"].set_by == set_by


def test_each_value_of_a_section_has_its_own_setter():
    found = together(organization="limits: {files: 50}", repository="\nlimits:\n  comments: 3\n")
    assert (found.configuration.limits.comments, found.configuration.limits.files) == (3, 50)
    assert found.settled["limits.comments"].set_by == "repository, .kodus.yml line 3"
    assert found.settled["limits.files"].set_by == "organization, organizations/octo.yml line 1"


def test_a_list_replaces_the_list_above_it():
    found = together(service="paths: {exclude: [a, b]}", repository="paths: {exclude: [c]}")
    assert found.configuration.paths.exclude == ("c",)


def test_an_invalid_file_leaves_the_levels_above_it_and_a_note_with_its_lines():
    found = together(service="severity_floor: high", repository="severity_floor: low\nlimit: 3\nfoo: 1\n")
    assert found.configuration.severity_floor is Severity.HIGH
    (note,) = found.notes
    assert note.startswith(
        "`.kodus.yml` is not valid and nothing of it is used: line 2, column 1: `limit` is no key here; did you mean"
        " `limits`?; line 3, column 1: `foo` is no key here;"
    )


def test_a_note_names_the_first_problems_and_counts_the_others():
    (note,) = together(repository="".join(f"key{number}: 1\n" for number in range(23))).notes
    assert note.endswith("; and 3 more")


class TestLimits:
    def test_are_brought_down_to_what_the_service_allows_and_that_is_told(self):
        found = together(service="maxima: {comments: 20}", repository="limits: {comments: 30}")
        assert found.configuration.limits.comments == 20
        assert found.notes == ("`limits.comments` is 30 (repository, .kodus.yml line 1); the service allows 20.",)

    def test_of_an_organization_are_no_exception(self):
        found = together(service="maxima: {files: 5}", organization="limits: {files: 6}")
        assert found.configuration.limits.files == 5

    def test_that_the_service_itself_holds_down_are_nothing_to_tell(self):
        found = together(service="maxima: {comments: 5}")
        assert (found.configuration.limits.comments, found.notes) == (5, ())

    @pytest.mark.parametrize("level", ["organization", "repository"])
    def test_cannot_be_raised_by_stating_maxima_below(self, level):
        found = together(service="maxima: {comments: 5}", **{level: "maxima: {comments: 50}\nlimits: {comments: 50}"})
        assert found.configuration.limits.comments == 5


class TestALanguageModel:
    def test_may_read_the_change_when_no_level_forbids_it(self):
        assert together().configuration.language_model is True

    @pytest.mark.parametrize("level", ["service", "organization", "repository"])
    def test_may_not_when_one_level_does(self, level):
        texts = {"service": "on", "organization": "on", "repository": "on", level: "off"}
        found = together(**{name: f"language_model: {text}" for name, text in texts.items()})
        assert found.configuration.language_model is False
        assert found.settled["language_model"].set_by.startswith(level)

    @pytest.mark.parametrize("level", ["service", "organization", "repository"])
    def test_may_not_when_a_level_that_might_forbid_it_is_not_valid(self, level):
        found = together(**{level: "language_model: off\nfoo: 1"})
        assert found.configuration.language_model is False
        assert "not valid" in found.settled["language_model"].set_by
