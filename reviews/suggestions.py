"""What is suggested with a comment: the lines that put its finding right, where that is sure.

Made when a review is posted and stored nowhere, because it is code. The analyzers that know fixes read the files
again; a fix is suggested when it is plain which lines it replaces (replacements.py) and the file still parses with it:
by tree-sitter, and by Python itself. Whatever fails here costs the suggestions, never the review.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import structlog

from analysis.diff import FileDiff
from analysis.languages import language_of
from analysis.languages.python import PYTHON
from analysis.parsing import NotParsed, parse
from integrations.git.errors import GitError
from reviews.analyzers import ANALYZERS, AnalyzerFailed, Fix, SourceFile
from reviews.analyzers.python_syntax import are_python
from reviews.change import mirror_of, read_diff, read_sources
from reviews.context import ReviewContext
from reviews.findings import Finding
from reviews.replacements import Replacement, replacement

log = structlog.get_logger(__name__)

Suggestions = dict[Finding, Replacement]
_WITH_FIXES = frozenset(analyzer.name for analyzer in ANALYZERS if analyzer.fixes)


def suggestions_for(context: ReviewContext, findings: Sequence[Finding]) -> Suggestions:
    """For those of the findings that a tool can put right."""
    fixable = [finding for finding in findings if finding.rule.partition(":")[0] in _WITH_FIXES]
    if not fixable:
        return {}
    mirror = mirror_of(context)
    try:
        sources = list(read_sources(mirror, context.head_sha, {finding.path for finding in fixable}))
        offered = _offered(fixable, sources, {file.path: file for file in read_diff(mirror, context)})
        parsing = _parsing(offered)
    except (AnalyzerFailed, GitError) as error:
        log.warning("no suggestions", error=str(error))
        return {}
    return {finding: made for finding, made in offered.items() if finding in parsing}


def _offered(findings: Sequence[Finding], sources: Sequence[SourceFile], files: dict[str, FileDiff]) -> Suggestions:
    fixes = list(_fixes(sources))
    times = Counter((fix.rule, fix.path, fix.line) for fix in fixes)
    by_place = {place: fix for fix in fixes if times[place := (fix.rule, fix.path, fix.line)] == 1}
    texts = {source.path: text for source in sources if (text := _text(source))}
    offered: Suggestions = {}
    for finding in findings:
        fix = by_place.get((finding.rule, finding.path, finding.line))
        made = replacement(fix, texts[fix.path], files[fix.path]) if fix and fix.path in texts else None
        if made:
            offered[finding] = made
    return offered


def _fixes(sources: Sequence[SourceFile]) -> Iterator[Fix]:
    for analyzer in ANALYZERS:
        wanted = [source for source in sources if analyzer.wants(source.path)]
        if analyzer.fixes and wanted:
            yield from analyzer.fixes(wanted)


def _text(source: SourceFile) -> str | None:
    try:
        return source.content.decode()
    except UnicodeDecodeError:
        return None


def _parsing(offered: Suggestions) -> set[Finding]:
    """Those with which their file parses."""
    sound = [finding for finding, made in offered.items() if _is_sound(finding.path, made.source)]
    python = [finding for finding in sound if language_of(finding.path) is PYTHON]
    answers = are_python([offered[finding].source for finding in python])
    refused = {finding for finding, is_python in zip(python, answers, strict=True) if not is_python}
    return set(sound) - refused


def _is_sound(path: str, source: str) -> bool:
    language = language_of(path)
    try:
        return language is not None and not parse(source.encode(), language.grammar).root_node.has_error
    except NotParsed:
        return False
