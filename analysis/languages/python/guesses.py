"""A method called on a receiver of which nothing is known, where its name says enough.

The name must be one that only one class of the repository has, with its subclasses, that nothing else there is bound
to, and that no object of the standard library has; and the receiver must not be another library's. What is left is a
good guess: the object may still come from elsewhere, so it is the least sure of the ways.
"""

import asyncio
import builtins
import collections
import datetime as dt
import email.message
import http.client
import io
import logging
import pathlib
import queue
import re
import socket
import sqlite3
import string
import subprocess
import threading
import unittest
import unittest.mock

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, FUNCTION, Reference
from analysis.languages.python.classes import base_of
from analysis.languages.python.modules import SUFFIX, NoFile, module_file
from analysis.resolution import Found, Tier

_STANDARD = (
    asyncio,
    builtins,
    collections,
    dt,
    email.message,
    http.client,
    io,
    logging,
    pathlib,
    queue,
    re,
    socket,
    sqlite3,
    string,
    subprocess,
    threading,
    unittest,
    unittest.mock,
)
_TAKEN = frozenset(
    name for module in _STANDARD for each in vars(module).values() if isinstance(each, type) for name in dir(each)
)
_SHORTEST = 4


def guess(graph: CodeGraph, path: str, reference: Reference) -> list[list[Found]] | None:
    """The methods it may mean, those of a class and its subclasses together. None: it may be something else."""
    name, receiver = reference.name, reference.receiver
    if not receiver or receiver == "super()" or not _is_telling(name) or _is_foreign(graph, path, receiver):
        return None
    known: dict[str, list[list[Found]] | None] = graph.memo.setdefault("python guesses", {})
    if name not in known:
        known[name] = _families(graph, name)
    return known[name]


def _is_telling(name: str) -> bool:
    return len(name) >= _SHORTEST and not name.startswith("__") and name not in _TAKEN


def _families(graph: CodeGraph, name: str) -> list[list[Found]] | None:
    """Every method of the name, those of classes with a common base together; None when it may be more than that."""
    families: list[tuple[set[tuple[str, str]], list[Found]]] = []
    for path in (path for path in graph.defining({name}) if path.endswith(SUFFIX)):
        facts = graph.facts(path)
        if facts is None or any(scope and name in names for scope, names in facts.bindings.items()):
            return None
        classes = {each.qualname: each for each in facts.definitions if each.kind == CLASS}
        for each in (each for each in facts.definitions if each.name == name and each.parent in classes):
            if each.kind != FUNCTION or each.conditional:
                return None
            ancestors = _ancestors(graph, Found(path, classes[each.parent], Tier.NAME))
            method = Found(path, each, Tier.NAME, implicit=int("staticmethod" not in each.decorators))
            related = [family for family in families if family[0] & ancestors]
            families = [family for family in families if family not in related]
            families.append(
                (ancestors.union(*(known for known, _ in related)), [method, *(m for _, ms in related for m in ms)])
            )
    return [methods for _, methods in families]


def _ancestors(graph: CodeGraph, klass: Found) -> set[tuple[str, str]]:
    """The class and all its bases of ours."""
    seen, left = set[tuple[str, str]](), [klass]
    while left:
        each = left.pop()
        if each.key not in seen:
            seen.add(each.key)
            left += [base for base in (base_of(graph, each, name) for name in each.definition.bases) if base]
    return seen


def _is_foreign(graph: CodeGraph, path: str, receiver: str) -> bool:
    """Whether the receiver begins with something imported from outside the repository."""
    facts = graph.facts(path)
    head = receiver.partition(".")[0].removesuffix("()")
    imports = [each for each in facts.imports if each.local == head] if facts else []
    return any(isinstance(module_file(graph, path, each.module, each.level), NoFile) for each in imports)
