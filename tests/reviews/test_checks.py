import pytest

from reviews.checks import check_configuration


@pytest.fixture
def folder(settings, tmp_path):
    settings.REVIEW_CONFIG_DIR = tmp_path / "review"
    (tmp_path / "review" / "organizations").mkdir(parents=True)
    return tmp_path / "review"


def refused() -> list[tuple[str | None, str]]:
    return [(error.id, str(error.msg)) for error in check_configuration()]


def test_without_a_folder_there_is_nothing_to_refuse(settings):
    settings.REVIEW_CONFIG_DIR = None
    assert refused() == []


def test_valid_files_are_fine(folder):
    (folder / "service.yml").write_text("maxima: {comments: 20}\n")
    (folder / "organizations" / "octo.yml").write_text("severity_floor: high\n")
    assert refused() == []


def test_a_folder_that_is_not_there_is_refused(settings, tmp_path):
    settings.REVIEW_CONFIG_DIR = tmp_path / "nowhere"
    ((error_id, message),) = refused()
    assert (error_id, "nowhere" in message) == ("reviews.E001", True)


def test_each_problem_of_each_file_is_refused_once_with_its_line(folder):
    (folder / "service.yml").write_text("\nlimit: 3\n")
    for name in ("octo", "other"):
        (folder / "organizations" / f"{name}.yml").write_text("maxima: {comments: 50}\n")
    assert [(error_id, message.rpartition("/")[2].partition(":")[0]) for error_id, message in refused()] == [
        ("reviews.E002", "service.yml, line 2, column 1"),
        ("reviews.E002", "octo.yml, line 1, column 1"),
        ("reviews.E002", "other.yml, line 1, column 1"),
    ]
