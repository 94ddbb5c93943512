"""Questions to a language model: as many excerpts as fit into each, and the text it is sent. Pure.

Tokens are estimated from bytes: which tokenizer the model has is not known, and too high a guess costs a little room,
too low a one the whole answer.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template

from reviews.language_model.excerpts import TOLD, Excerpt, Kind, Row, visible
from reviews.language_model.remarks import KINDS, MAX_CHARACTERS, MAX_REMARKS

#: A change that takes more is shown in part: a review costs what a few questions cost, however large the change.
MAX_QUESTIONS = 4
BYTES_PER_TOKEN = 3
#: The part of a question that changed files may fill; the rest is for what is around them.
_CHANGED_PART = 0.7
_ROW_BYTES = 12
_STAMP_BYTES = 8
_INSTRUCTIONS = Template(Path(__file__).with_name("instructions.md").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Question:
    excerpts: tuple[Excerpt, ...]

    @property
    def changed(self) -> list[Excerpt]:
        return [excerpt for excerpt in self.excerpts if excerpt.kind is Kind.CHANGED]


def questions(
    changed: Iterable[Excerpt], around: Sequence[Excerpt], *, tokens: int
) -> tuple[list[Question], frozenset[str]]:
    """The questions, `tokens` at most each, and the paths that did not fit, or not whole.

    Both kinds of excerpts come in the order of their weight. What says nothing of a changed file in particular goes
    into each question.
    """
    room = tokens * BYTES_PER_TOKEN - len(instructions(new_stamp()).encode())
    shares: list[list[Excerpt]] = [[]]
    cut = set[str]()
    for excerpt in changed:
        fitting = _clipped(excerpt, int(room * _CHANGED_PART))
        if _bytes([*shares[-1], fitting]) > room * _CHANGED_PART:
            shares.append([])
        if len(shares) > MAX_QUESTIONS:
            cut.add(excerpt.path)
            continue
        shares[-1].append(fitting)
        if fitting != excerpt:
            cut.add(excerpt.path)
    asked = [Question((*_chosen(around, share, room), *share)) for share in shares[:MAX_QUESTIONS] if share]
    return asked, frozenset(cut)


def instructions(stamp: str) -> str:
    return _INSTRUCTIONS.substitute(
        stamp=stamp,
        kinds=", ".join(f"`{kind}`" for kind in KINDS),
        most_remarks=MAX_REMARKS,
        most_characters=MAX_CHARACTERS,
    )


def new_stamp() -> str:
    """What begins the lines that are ours: nobody who wrote the change can have known it."""
    return secrets.token_hex(_STAMP_BYTES)


def rendered(question: Question, stamp: str) -> str:
    """The data of the question. Every line of it begins with the stamp, or with a number and a sign."""
    lines = []
    for excerpt in question.excerpts:
        lines.append(f"[{stamp}] {excerpt.kind}")
        if excerpt.path:
            lines.append(_line(Row(None, TOLD, visible(excerpt.path))))
        lines += [_line(row) for row in excerpt.rows]
    return "\n".join([*lines, f"[{stamp}] end of the data"])


def objection(problems: Iterable[str]) -> str:
    """What the model is told of an answer that is of no use."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    return f"Nothing of this answer can be used:\n{listed}\nAnswer again, all of it, as the instructions say."


def _line(row: Row) -> str:
    return f"{row.number or '':>6} {row.sign} {row.text}"


def _chosen(around: Sequence[Excerpt], share: Sequence[Excerpt], room: int) -> list[Excerpt]:
    """What is around these changed files, as far as there is room."""
    paths = {excerpt.path for excerpt in share}
    left = room - _bytes(share)
    chosen = []
    for excerpt in around:
        size = _bytes([excerpt])
        if size <= left and (not excerpt.about or excerpt.about & paths):
            chosen.append(excerpt)
            left -= size
    return chosen


def _clipped(excerpt: Excerpt, room: int) -> Excerpt:
    """As many of its first rows as fit."""
    left, rows = room - _bytes([replace(excerpt, rows=())]), []
    for row in excerpt.rows:
        left -= _row_bytes(row)
        if left < 0:
            break
        rows.append(row)
    return replace(excerpt, rows=tuple(rows))


def _bytes(excerpts: Iterable[Excerpt]) -> int:
    return sum(
        3 * _ROW_BYTES + len(excerpt.path.encode()) + sum(map(_row_bytes, excerpt.rows)) for excerpt in excerpts
    )


def _row_bytes(row: Row) -> int:
    return _ROW_BYTES + len(row.text.encode())
