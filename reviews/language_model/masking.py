"""Credentials out of what is shown to a language model. What cannot be checked for them is not shown at all.

Three look: the analyzer for secrets, the redactor that also keeps our own credentials out of logs, and, for a private
key that is cut in half by the edge of an excerpt, its form: base64 from one end of a line to the other.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from integrations.language_model.errors import LanguageModelError
from reviews.analyzers import SourceFile, run_apart
from reviews.analyzers.secrets import SECRETS
from reviews.language_model.excerpts import Excerpt, Row, shortened
from telemetry.redaction import redact

MASKED = "[left out: it looks like a credential]"
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")
_KEY_ENDS = re.compile(r"-----END [A-Z ]*PRIVATE KEY")
_KEY_BODY = re.compile(r"[A-Za-z0-9+/=]{40,}")
_QUOTING = " \t\"'`,;()"


class CredentialsNotLookedFor(LanguageModelError):
    """The language model was not asked: nobody could look for credentials in what it would have been shown."""


def masked(excerpts: Sequence[Excerpt]) -> list[Excerpt]:
    """The excerpts without credentials. Raises CredentialsNotLookedFor."""
    found = _found_by_analyzer(excerpts)
    return [replace(excerpt, rows=tuple(_masked(excerpt.rows, found[n]))) for n, excerpt in enumerate(excerpts)]


def _found_by_analyzer(excerpts: Iterable[Excerpt]) -> dict[int, set[int]]:
    """By the place of the excerpt among them, the places of the rows that hold a credential."""
    files = {
        f"{place}/{excerpt.path}": "\n".join(row.text for row in excerpt.rows)
        for place, excerpt in enumerate(excerpts)
    }
    findings, failures = run_apart(SECRETS, [SourceFile(name, text.encode()) for name, text in files.items()])
    if failures:
        raise CredentialsNotLookedFor(f"{failures[0]}")
    found = defaultdict[int, set[int]](set)
    for finding in findings:
        found[int(finding.path.partition("/")[0])].add(finding.line - 1)
    return found


def _masked(rows: Iterable[Row], found: Collection[int]) -> Iterable[Row]:
    in_key = False
    for place, row in enumerate(rows):
        in_key = in_key or _KEY_BEGINS.search(row.text) is not None
        if in_key or place in found or _KEY_BODY.fullmatch(_unquoted(row.text)):
            yield replace(row, text=MASKED)
        else:
            # Cut only now: half a credential is one that nobody recognises.
            yield replace(row, text=shortened(redact(row.text)))
        in_key = in_key and not _KEY_ENDS.search(row.text)


def _unquoted(text: str) -> str:
    """The text without what languages put around a line of a longer one."""
    return text.strip(_QUOTING + "+").removesuffix("\\n").strip(_QUOTING)
