"""Every key of a configuration: its type, its default, what it means. Pure.

The checks of a file, the JSON Schema, the reference page and what `/review config` prints all follow from here. To add
a key: a line here, the place that obeys it, and VERSION in reviews/context.py.

No key names a host, a token, a command or a model: what a repository says can choose, never reach further.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, Strict, StringConstraints, WithJsonSchema

from analysis.languages import LANGUAGES
from reviews.analyzers import ANALYZERS
from reviews.configuration.globs import MAX_CHARACTERS, MAX_PATTERNS, checked_glob, checked_path_glob, matches_name
from reviews.findings import INLINE_LIMIT, Severity
from reviews.reviewable import MAX_FILES

FILE_NAME = ".kodus.yml"
MAX_COMMENTS = 50

Name = TypeVar("Name", bound=str)
Switch = Annotated[bool, Strict()]
Count = Annotated[int, Strict()]
_Text = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=MAX_CHARACTERS)]
Glob = Annotated[_Text, AfterValidator(checked_glob)]
PathGlob = Annotated[_Text, AfterValidator(checked_path_glob)]


def _one_of(names: Collection[str]) -> Callable[[str], str]:
    def checked(name: str) -> str:
        if name not in names:
            raise ValueError(f"expected one of {', '.join(sorted(names))}")
        return name

    return checked


_LANGUAGES = [language.name for language in LANGUAGES]
_ANALYZERS = [analyzer.name for analyzer in ANALYZERS]
LanguageName = Annotated[_Text, AfterValidator(_one_of(_LANGUAGES)), WithJsonSchema({"enum": _LANGUAGES})]
AnalyzerName = Annotated[_Text, AfterValidator(_one_of(_ANALYZERS)), WithJsonSchema({"enum": _ANALYZERS})]


class _Section:
    """No key but the declared ones."""

    __slots__ = ()
    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Choice(_Section, Generic[Name]):
    """What is taken: what `include` names, or everything when it is empty, without what `exclude` names."""

    include: Annotated[tuple[Name, ...], Field(max_length=MAX_PATTERNS, description="Only these; empty: all.")] = ()
    exclude: Annotated[tuple[Name, ...], Field(max_length=MAX_PATTERNS, description="All but these.")] = ()

    def takes(self, *names: str) -> bool:
        """Whether something of these names is taken: one name is included, and none excluded."""
        included = not self.include or any(matches_name(name, self.include) for name in names)
        return included and not any(matches_name(name, self.exclude) for name in names)


@dataclass(frozen=True, slots=True)
class Limits(_Section):
    comments: Annotated[
        Count, Field(ge=0, le=MAX_COMMENTS, description="Most comments on lines; the other findings are listed.")
    ] = INLINE_LIMIT
    files: Annotated[
        Count, Field(ge=1, le=MAX_FILES, description="Most changed files read; with more the review is partial.")
    ] = MAX_FILES


@dataclass(frozen=True, slots=True)
class PullRequests(_Section):
    drafts: Annotated[Switch, Field(description="Whether drafts are reviewed.")] = False
    bots: Annotated[Switch, Field(description="Whether pull requests of bots are reviewed.")] = False
    branches: Annotated[
        Choice[Glob], Field(description="Pull requests, by the branch they are to be merged into.")
    ] = Choice()
    labels: Annotated[
        Choice[Glob],
        Field(description="Pull requests, by label: with one that is included and none that is excluded."),
    ] = Choice()
    titles: Annotated[Choice[Glob], Field(description="Pull requests, by title.")] = Choice()


@dataclass(frozen=True, slots=True)
class Configuration(_Section):
    """What a repository or an organization may say."""

    paths: Annotated[
        Choice[PathGlob], Field(description="Files to review, by path, with patterns as in .gitignore.")
    ] = Choice()
    languages: Annotated[Choice[LanguageName], Field(description="Files to review, by language.")] = Choice()
    analyzers: Annotated[Choice[AnalyzerName], Field(description="Analyzers to run.")] = Choice()
    rules: Annotated[
        Choice[Glob], Field(description="Findings to tell, by rule, as in `ruff:S*` or `contract:moved`.")
    ] = Choice()
    severity_floor: Annotated[Severity, Field(description="Least severity of a finding that is told.")] = (
        Severity.MEDIUM
    )
    limits: Annotated[Limits, Field(description="Bounds of one review.")] = Limits()
    pull_requests: Annotated[PullRequests, Field(description="Pull requests to review unasked.")] = PullRequests()
    language_model: Annotated[
        Switch, Field(description="Whether a language model may read the change, where the service has one.")
    ] = True


DEFAULTS = Configuration()


@dataclass(frozen=True, slots=True)
class ServiceConfiguration(Configuration):
    """What the service may say: the same, and the most that the levels below may ask for."""

    maxima: Annotated[Limits, Field(description="The most that `limits` may be at any level.")] = Limits(
        comments=MAX_COMMENTS, files=MAX_FILES
    )
