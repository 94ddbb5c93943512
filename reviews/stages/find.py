"""Find what is wrong: contracts the change breaks elsewhere, a configuration it breaks, what the analyzers see on its
added lines, and last, where there is one, what a language model makes of it.

An analyzer or a model that fails makes the review partial; it never makes it look clean. Whatever was found, its
message leaves here without credentials: tools quote what they read, and messages are stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter

import structlog

from analysis.code_graph import CodeGraph
from analysis.diff import FileDiff
from analysis.graph import load_graph
from analysis.impact import ContractChange, contract_changes
from integrations.git.mirror import Mirror
from jobs.attempts import Attempt
from reviews.analyzers import ANALYZERS, Analyzer, SourceFile, run_apart
from reviews.change import mirror_of, read_diff, read_sources
from reviews.check_runs import show_progress
from reviews.comments import MAX_MESSAGE
from reviews.configuration.declaration import FILE_NAME
from reviews.configuration.proposed import findings_of_proposed
from reviews.context import ReviewContext
from reviews.contracts import findings_of_contracts, paths_of
from reviews.findings import Finding, digest, digest_of, fingerprinted
from reviews.language_model.asking import ask_language_model
from reviews.language_model.material import Change
from reviews.records import told_earlier
from reviews.since import LastReview, last_review, names_since
from reviews.threads import Told
from telemetry.redaction import redact_with_ends

log = structlog.get_logger(__name__)


def find(attempt: Attempt, context: ReviewContext) -> ReviewContext:
    """The context with every finding, each with a fingerprint, none placed yet."""
    show_progress(attempt, context, "Reading the change")
    mirror = mirror_of(context)
    diff = read_diff(mirror, context)
    files = {file.path: file for file in diff if file.path in context.files}
    sources = list(read_sources(mirror, context.head_sha, files))
    last = last_review(context)
    with _timed("contracts"):
        graph, contracts = _contracts(context, files)
        found = [*_broken(contracts, files, last), *_invalid_configuration(mirror, context, diff, last)]
    context, analyzed = _analyzed(attempt, context, sources)
    added, beside = _by_side(analyzed, files, last)
    found += added
    context, said = _said_by_model(attempt, context, Change(mirror, files, sources, graph, contracts), known=found)
    found += _by_side(said, files, last)[0]
    lines_of = {source.path: source.content.decode("utf-8", "replace").splitlines() for source in sources}
    told = told_earlier(context)
    names = names_since(context, told)
    marked = fingerprinted(map(_without_secrets, found), lines_of, names=names)
    findings = tuple(last.looked_again(finding) if last else finding for finding in marked)
    return replace(context, findings=findings, lasting=_lasting(told, beside, lines_of, names))


@contextmanager
def _timed(part: str) -> Iterator[None]:
    """Say how long the block took."""
    began = perf_counter()
    yield
    log.info("looked for findings", part=part, seconds=round(perf_counter() - began, 3))


def chosen(context: ReviewContext) -> list[Analyzer]:
    """The analyzers that the configuration takes."""
    return [analyzer for analyzer in ANALYZERS if context.configuration.analyzers.takes(analyzer.name)]


def _lasting(
    told: Iterable[Told],
    beside: Iterable[Finding],
    lines_of: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> tuple[str, ...]:
    """The digests of what was told and stands on lines that the change does not add any more."""
    digests = {
        digest(finding, lines_of[finding.path], path=names.get(finding.path, finding.path))
        for finding in map(_without_secrets, beside)
    }
    return tuple(sorted(digests & {digest_of(one.fingerprint) for one in told}))


def _contracts(context: ReviewContext, files: Mapping[str, FileDiff]) -> tuple[CodeGraph | None, list[ContractChange]]:
    """The head's code graph, where there is one, and the contracts that the change does not keep."""
    if not context.graph:
        return None, []
    head = load_graph(context.repository, context.head_sha)
    base = load_graph(context.repository, context.merge_base)
    added = {path: file.added_lines for path, file in files.items()}
    return head, contract_changes(base, head, changed_paths=_both_sides(files.values()), added_lines=added)


def _broken(
    changes: Iterable[ContractChange], files: Mapping[str, FileDiff], last: LastReview | None
) -> Iterator[Finding]:
    broken = [change for change in changes if change.broken_callers]
    for change, finding in zip(broken, findings_of_contracts(broken, files.values()), strict=True):
        yield last.marked_by(finding, paths_of(change)) if last else finding


def _invalid_configuration(
    mirror: Mirror, context: ReviewContext, diff: Iterable[FileDiff], last: LastReview | None
) -> Iterator[Finding]:
    """Also where the configuration that holds leaves its own file out."""
    if any(file.new_path == FILE_NAME for file in diff):
        for source in read_sources(mirror, context.head_sha, [FILE_NAME]):
            for finding in findings_of_proposed(source.content):
                yield last.marked_by(finding, [FILE_NAME]) if last else finding


def _without_secrets(finding: Finding) -> Finding:
    return replace(finding, message=redact_with_ends(finding.message)[:MAX_MESSAGE])


def _both_sides(files: Iterable[FileDiff]) -> frozenset[str]:
    return frozenset(path for file in files for path in (file.old_path, file.new_path) if path)


def _analyzed(
    attempt: Attempt, context: ReviewContext, sources: Sequence[SourceFile]
) -> tuple[ReviewContext, list[Finding]]:
    """What the analyzers found in the changed files; the context says which of them failed."""
    found = []
    for analyzer in chosen(context):
        attempt.check()
        wanted = [source for source in sources if analyzer.wants(source.path)]
        with _timed(analyzer.name):
            findings, failures = run_apart(analyzer, wanted) if wanted else ([], [])
        found += findings
        for failure in failures:
            log.warning("analyzer failed", analyzer=failure.name, why=failure.why)
            context = context.with_shortfall(
                f"The analyzer {failure.name} {redact_with_ends(failure.why)}: what it looks for was not checked."
            )
    return context, found


def _said_by_model(
    attempt: Attempt, context: ReviewContext, change: Change, *, known: Sequence[Finding]
) -> tuple[ReviewContext, Sequence[Finding]]:
    with _timed("language model"):
        voice = ask_language_model(attempt, context, change, known=known)
    for shortfall in voice.shortfalls:
        context = context.with_shortfall(shortfall)
    return context, voice.findings


def _by_side(
    findings: Iterable[Finding], files: Mapping[str, FileDiff], last: LastReview | None
) -> tuple[list[Finding], list[Finding]]:
    """Those on lines that the change adds, and the others; each marked when its lines are as at the last review."""
    added: list[Finding] = []
    beside: list[Finding] = []
    for finding in findings:
        is_added = finding.line in files[finding.path].added_lines
        (added if is_added else beside).append(last.marked(finding) if last else finding)
    return added, beside
