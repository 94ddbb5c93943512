"""Which files of a change a configuration leaves out. Pure."""

from collections.abc import Callable

from analysis.languages import names_of
from reviews.configuration.declaration import Configuration
from reviews.configuration.globs import path_matcher


def why_left_out(configuration: Configuration) -> Callable[[str], str]:
    """A function from a path to why the configuration leaves it out, or an empty text."""
    is_included, is_excluded = path_matcher(configuration.paths.include), path_matcher(configuration.paths.exclude)

    def why(path: str) -> str:
        if configuration.paths.include and not is_included(path):
            return "not among the paths to review"
        if is_excluded(path):
            return "excluded path"
        return "" if configuration.languages.takes(*names_of(path)) else "excluded language"

    return why
