"""What GitHub would make of a text of ours, beyond showing it."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reviews.commands.parsing import command_in

_OURS = re.compile(r"</?sub>|<details open><summary>[\w ,]+</summary>|</details>|<!-- kodus-queue:[\w:/ .-]+ -->|\s+")
_BY_ITSELF = re.compile(r"(?i)@\w|#\d|\bGH-\d|://|\bwww\.|[\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def effects(text: str) -> list[str]:
    """Links, images, foreign HTML, mentions, references, commands, and characters that turn text around."""
    found = [effect for token in _MARKDOWN.parse(text) for effect in _effects(token)]
    return found + ([f"command {text!r}"] if command_in(text, "/review") else [])


def _effects(token: Token) -> list[str]:
    if token.type in {"link_open", "image", "heading_open", "table_open"}:
        return [token.type]
    if token.type in {"html_block", "html_inline"}:
        rest = _OURS.sub("", token.content)
        return [rest] if rest else []
    if token.type == "text":
        return _BY_ITSELF.findall(token.content)
    return [effect for child in token.children or [] for effect in _effects(child)]
