"""Prototypes that a file writes to, or hands on: whose they are has members that nobody can read.

Reading one is harmless: `Object.prototype.toString.call(x)`, `typeof Client.prototype.get`.
"""

import re

from analysis.languages.typescript.globals import GLOBALS

#: Not followed by a member that is read.
_OPEN = re.compile(rb"\.prototype\b(?!\s*+\.\s*+[\w$]++\s*+(?!=(?![=>])))")
_OWNER = re.compile(rb"(?<![\w$.])[A-Za-z_$][\w$]*\Z")
_MAX_NAME = 100


def owners_of_open_prototypes(source: bytes) -> set[str]:
    """Their names; empty for an owner that is not one plain name. The run time's own are left out."""
    ahead = (source[max(0, match.start() - _MAX_NAME) : match.start()] for match in _OPEN.finditer(source))
    owners = (_OWNER.search(text) for text in ahead)
    return {owner[0].decode("ascii") if owner else "" for owner in owners} - GLOBALS
