"""A change of a test, as the stage that finds hands it on."""

from analysis.building import build_missing_graphs
from analysis.graph import load_graph
from analysis.impact import contract_changes
from reviews.change import mirror_of, read_diff, read_sources
from reviews.context import ReviewContext
from reviews.findings import Finding
from reviews.language_model.asking import Voice, ask_language_model
from reviews.language_model.material import Change
from reviews.stages.fetch_change import fetch_change
from tests.reviews.parts import PullRequest, claimed, review_job


def change_of(pull: PullRequest, *, graph: bool = False, **values: object) -> tuple[ReviewContext, Change]:
    """The pull request fetched, with what is reviewed of it."""
    context = fetch_change(claimed(review_job(pull)), pull.context(graph=graph, **values))
    mirror = mirror_of(context)
    files = {file.path: file for file in read_diff(mirror, context) if file.path in context.files}
    sources = list(read_sources(mirror, context.head_sha, files))
    if not graph:
        return context, Change(mirror, files, sources, None, [])
    shas = (context.merge_base, context.head_sha)
    build_missing_graphs(mirror, context.repository, shas, between_batches=lambda: None)
    base, head = (load_graph(context.repository, sha) for sha in shas)
    paths = {path for file in files.values() for path in (file.old_path, file.new_path) if path}
    return context, Change(mirror, files, sources, head, contract_changes(base, head, changed_paths=paths))


def voice_on(pull: PullRequest, *, known: tuple[Finding, ...] = (), **values: object) -> Voice:
    """What the language model adds to the review of the pull request."""
    context, change = change_of(pull, **values)
    return ask_language_model(claimed(review_job(pull)), context, change, known=known)
