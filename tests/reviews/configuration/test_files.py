import pytest

from reviews.configuration.files import why_left_out
from tests.reviews.configuration.levelled import together


@pytest.mark.parametrize(
    ("repository", "path", "why"),
    [
        ("", "a.py", ""),
        ("paths: {exclude: [docs/]}", "docs/a.py", "excluded path"),
        ("paths: {exclude: [docs/]}", "src/a.py", ""),
        ("paths: {include: [src/**]}", "docs/a.py", "not among the paths to review"),
        ("paths: {include: [src/**], exclude: ['*.sql']}", "src/a.sql", "excluded path"),
        ("languages: {exclude: [python]}", "a.py", "excluded language"),
        ("languages: {exclude: [python]}", "a.txt", ""),
        ("languages: {include: [python]}", "a.py", ""),
        ("languages: {include: [python]}", "a.txt", "excluded language"),
        ("languages: {include: [c]}", "a.h", ""),
        ("languages: {include: [cpp]}", "a.h", ""),
        ("languages: {include: [cpp]}", "a.c", "excluded language"),
        ("languages: {exclude: [cpp]}", "a.h", "excluded language"),
    ],
)
def test_a_file_is_left_out_by_its_path_or_its_language(repository, path, why):
    assert why_left_out(together(repository=repository).configuration)(path) == why
