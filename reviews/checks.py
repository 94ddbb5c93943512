"""System check of this room: the operator's review configuration is there and valid."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from reviews.configuration.reading import operator_files, organizations


def check_configuration(**_: Any) -> list[CheckMessage]:
    """E001: KODUS_REVIEW_CONFIG is no folder. E002: a file in it is not valid, and reviews would not obey it."""
    folder = settings.REVIEW_CONFIG_DIR
    if folder is None:
        return []
    if not folder.is_dir():
        hint = "Make the folder, or leave KODUS_REVIEW_CONFIG unset."
        return [Error(f"KODUS_REVIEW_CONFIG is {str(folder)!r}, which is no folder.", hint=hint, id="reviews.E001")]
    files = {file.name: file for name in ["", *organizations(folder)] for file in operator_files(folder, name)}
    return [
        Error(f"{folder / file.name}, {problem}", hint="See docs/reference/configuration.md.", id="reviews.E002")
        for file in files.values()
        for problem in file.document.problems
    ]
