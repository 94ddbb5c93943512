"""Level files written in a test."""

from reviews.configuration.levels import Effective, Level, LevelFile, effective
from reviews.configuration.validation import read_checked

NAMES = {Level.SERVICE: "service.yml", Level.ORGANIZATION: "organizations/octo.yml", Level.REPOSITORY: ".kodus.yml"}


def said(level: Level, text: str) -> LevelFile:
    return LevelFile(level, NAMES[level], read_checked(text.encode(), level.declaration))


def together(*, service: str = "", organization: str = "", repository: str = "") -> Effective:
    """What three files say together."""
    texts = zip(Level, (service, organization, repository), strict=True)
    return effective(said(level, text) for level, text in texts)
