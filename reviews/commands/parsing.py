"""The command in a comment. Pure.

A command is a line of its own that begins with the command word, where GitHub shows it as plain text: not in a quote,
a code block, a list, a table or an HTML comment, nor within a code span. A comment holds one at most: the first.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token


class Command(StrEnum):
    """What can be asked for, by the word behind the command word. UNKNOWN is any other."""

    REVIEW = "review"  # the command word alone says as much
    FULL = "full"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    IGNORE = "ignore"
    WHY = "why"
    CONFIG = "config"
    HELP = "help"
    UNKNOWN = "unknown"


#: Where a command stands in a comment that is longer than this, it is not looked for.
MAX_READ = 16_384

# What tells plain text from other text, and nothing that changes how it reads. Setext headings are left out: below a
# command, the "--" before a signature in a mail would make it one.
_MARKDOWN = (
    MarkdownIt("zero", {"html": True})
    .enable(["blockquote", "code", "fence", "heading", "hr", "html_block", "list", "table"])
    .enable(["backticks", "escape", "html_inline", "newline"])
    .disable("text_join")
)
_PUNCTUATION = ".,;:!?"


def command_in(comment: str, word: str) -> Command | None:
    """The first command of the comment; None when it has none. `word` is how a command begins: "/review"."""
    if word not in comment:
        return None
    for line in _plain_lines(comment[:MAX_READ]):
        first, *rest = line.split() or [""]
        if first == word:
            return _named(rest[0]) if rest else Command.REVIEW
    return None


def _named(argument: str) -> Command:
    try:
        return Command(argument.rstrip(_PUNCTUATION).casefold())
    except ValueError:
        return Command.UNKNOWN


def _plain_lines(comment: str) -> Iterator[str]:
    """The lines of the paragraphs that are in nothing else, as far as they begin as plain text."""
    for opening, paragraph in pairwise(_MARKDOWN.parse(comment)):
        if opening.type == "paragraph_open" and opening.level == 0:
            lines = _lines(paragraph.children or [])
            yield from ("".join(token.content for token in line) for line in lines if line and line[0].type == "text")


def _lines(tokens: list[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield line
            line = []
        else:
            line.append(token)
    yield line
