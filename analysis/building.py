"""Build the graph of a commit: extract facts for the blobs nobody has read yet, then store the commit's tree.

Facts are stored batch by batch, so that work which is interrupted is found done by the next attempt. The tree comes
last: a stored tree means a whole graph.
"""

import gc
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection

from analysis.extraction import EXTRACTOR_VERSION, extract_facts
from analysis.facts import encode, name_keys
from analysis.graph import graph_is_built
from analysis.languages import reader_of
from analysis.languages.language import Language
from analysis.models import BlobFacts, GraphSnapshot
from analysis.parsing import MAX_SOURCE_BYTES, NotParsed
from integrations.git.mirror import Mirror, TreeEntry

BATCH_FILES = 200
MAX_FILES = 100_000
_MAX_PATH_BYTES = 1_000
_MAX_SKIPPED_SHOWN = 100
_REGULAR_MODES = frozenset({"100644", "100755", "100664"})


#: Two jobs may read the same blob at once; both would write the same row. Spelled out because the ORM looks at each of
#: a thousand numbers of each row.
_STORE = """
INSERT INTO analysis_blob_facts (oid, language, version, facts, mentions, guesses, aliases, defines, skipped)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


class TooManyFiles(Exception):
    """The repository has more files of our languages than a graph takes."""

    permanent = True


@dataclass(frozen=True, slots=True)
class Built:
    """`files` are in the graph, `extracted` of them were read for it."""

    files: int
    extracted: int
    skipped: int


def build_graph(mirror: Mirror, repository: str, sha: str, *, between_batches: Callable[[], None]) -> Built:
    """The commit must have been fetched. `between_batches` may raise to stop."""
    tree, skipped = _sources(mirror.tree(sha))
    missing = _missing(tree)
    batches = iter(missing.items())
    while batch := dict(islice(batches, BATCH_FILES)):
        between_batches()
        _store(batch, mirror.read(batch))
    _store_snapshot(repository, sha, {entry.path: entry.oid for entry, _ in tree}, skipped)
    return Built(len(tree), len(missing), len(skipped))


def build_missing_graphs(
    mirror: Mirror, repository: str, shas: Iterable[str], *, between_batches: Callable[[], None]
) -> list[Built]:
    wanted = [sha for sha in dict.fromkeys(shas) if not graph_is_built(repository, sha)]
    mirror.fetch(*wanted)
    return [build_graph(mirror, repository, sha, between_batches=between_batches) for sha in wanted]


def _sources(entries: Iterable[TreeEntry]) -> tuple[list[tuple[TreeEntry, Language]], dict[str, str]]:
    """Files to analyse, and why the others of our languages are not."""
    sources, skipped = [], {}
    for entry in entries:
        language = reader_of(entry.path)
        if language is None:
            continue
        if reason := _reason_to_skip(entry):
            skipped[entry.path.encode("utf-8", "replace").decode()[:200]] = reason
        else:
            sources.append((entry, language))
    if len(sources) > MAX_FILES:
        raise TooManyFiles(str(len(sources)))
    return sources, skipped


def _reason_to_skip(entry: TreeEntry) -> str:
    if entry.mode not in _REGULAR_MODES:
        return "is a link or a submodule"
    if entry.size > MAX_SOURCE_BYTES:
        return "larger than 1 MB"
    if not entry.path.isprintable() or len(entry.path.encode("utf-8", "replace")) > _MAX_PATH_BYTES:
        return "has a name we do not handle"
    return ""


def _missing(tree: Iterable[tuple[TreeEntry, Language]]) -> dict[str, list[Language]]:
    """Object ids nobody has read yet, with the languages to read them as: a file's name decides, not its content."""
    wanted = {(entry.oid, language.name): language for entry, language in tree}
    oids = {oid for oid, _ in wanted}
    known = set(BlobFacts.objects.filter(oid__in=oids, version=EXTRACTOR_VERSION).values_list("oid", "language"))
    missing: dict[str, list[Language]] = {}
    for oid, name in wanted.keys() - known:
        missing.setdefault(oid, []).append(wanted[oid, name])
    return missing


def _store(languages: dict[str, list[Language]], blobs: Iterator[tuple[str, bytes]]) -> None:
    rows = [_row(oid, source, language) for oid, source in blobs for language in languages[oid]]
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)


def _row(oid: str, source: bytes, language: Language) -> tuple[Any, ...]:
    """What `_STORE` takes."""
    key = (oid, language.name, EXTRACTOR_VERSION)
    try:
        with _collector_paused():
            facts = extract_facts(source, language)
    except NotParsed as error:
        return (*key, None, "{}", "{}", "{}", "{}", error.reason)
    names = (facts.mentioned(), facts.guessed(), facts.aliased(), facts.defined())
    return (*key, encode(facts), *map(_array, names), "")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """The garbage collector would look again and again at what a file is being read into, and find it all in use.

    For one file and no longer: what an extractor leaves in cycles is collected before many more are read.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _array(names: Iterable[str]) -> str:
    """Their keys, as PostgreSQL writes an array."""
    return "{" + ",".join(map(str, name_keys(names))) + "}"


def _store_snapshot(repository: str, sha: str, tree: dict[str, str], skipped: dict[str, str]) -> None:
    shown: Sequence[tuple[str, str]] = sorted(skipped.items())[:_MAX_SKIPPED_SHOWN]
    snapshot = GraphSnapshot(
        repository=repository,
        sha=sha,
        version=EXTRACTOR_VERSION,
        tree=zlib.compress(json.dumps(tree).encode(), 1),
        files=len(tree),
        skipped=dict(shown),
    )
    GraphSnapshot.objects.bulk_create([snapshot], ignore_conflicts=True)
