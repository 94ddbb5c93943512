"""The stored code graph: whether a commit's is built, and the graph itself, read as it is asked for."""

import json
import zlib
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from analysis.code_graph import CodeGraph
from analysis.extraction import EXTRACTOR_VERSION
from analysis.facts import Facts, decode, name_keys
from analysis.languages import reader_of
from analysis.models import BlobFacts, GraphSnapshot

__all__ = ["CodeGraph", "GraphNotBuilt", "graph_is_built", "load_graph"]


class GraphNotBuilt(Exception):
    """There is no code graph of this commit."""

    permanent = False


def graph_is_built(repository: str, sha: str) -> bool:
    return _snapshots(repository, sha).exists()


def load_graph(repository: str, sha: str) -> CodeGraph:
    """The graph of a commit; only its tree is read now. Raises GraphNotBuilt."""
    packed = _snapshots(repository, sha).values_list("tree", flat=True).first()
    if packed is None:
        raise GraphNotBuilt(f"{repository}@{sha}")
    tree: dict[str, str] = json.loads(zlib.decompress(packed))
    oids = sorted(set(tree.values()))

    def find(column: str, names: Collection[str]) -> list[str]:
        matching = {f"{column}__overlap": name_keys(names)}
        rows = _rows().filter(oid__in=oids, **matching).values_list("language", "oid")
        return [_key(language, oid) for language, oid in rows]

    return CodeGraph({path: _key(_language(path), oid) for path, oid in tree.items()}, _load, find)


def _key(language: str, oid: str) -> str:
    """The same content means another thing in another language, and a file's name says which it is."""
    return f"{language} {oid}"


def _language(path: str) -> str:
    reader = reader_of(path)
    return reader.name if reader else ""


def _load(keys: Collection[str]) -> Mapping[str, Facts]:
    oids = {key.partition(" ")[2] for key in keys}
    rows = _rows().filter(oid__in=oids, facts__isnull=False).values_list("language", "oid", "facts")
    return {_key(language, oid): decode(bytes(facts)) for language, oid, facts in rows if facts}


def _rows() -> QuerySet[BlobFacts]:
    return BlobFacts.objects.filter(version=EXTRACTOR_VERSION)


def _snapshots(repository: str, sha: str) -> QuerySet[GraphSnapshot]:
    return GraphSnapshot.objects.filter(repository=repository, sha=sha, version=EXTRACTOR_VERSION)
