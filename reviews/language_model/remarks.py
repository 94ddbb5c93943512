"""What a language model answers: remarks, read, and held against what it was shown. Pure.

A remark becomes a finding only when it names an added line that was shown and repeats it exactly. A model that makes
things up, and one that the change talked into something, fails at that; everything that does not stand is counted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import ConfigDict, Strict, TypeAdapter, ValidationError

from integrations.language_model.client import AnswerSchema
from reviews.comments import plain
from reviews.findings import Finding, Severity
from reviews.language_model.excerpts import Excerpt

RULE = "model:"
MAX_REMARKS = 10
MAX_CHARACTERS = 600
_MAX_PROBLEMS = 10
_MAX_TOLD = 200

_Kind = Literal["bug", "security", "data", "concurrency", "performance"]
KINDS: tuple[str, ...] = get_args(_Kind)
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_LINK = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\bmailto:\S+|\bdata:\w+/\S+")
_NOT_IN_FORM = "not in the form asked for"


class _Closed:
    """No key but the declared ones."""

    __slots__ = ()
    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Remark(_Closed):
    """What is wrong with one added line."""

    path: Annotated[str, Strict()]
    line: Annotated[int, Strict()]
    code: Annotated[str, Strict()]
    kind: _Kind
    #: None above HIGH: what nobody has proved is never the worst there is.
    severity: Literal["high", "medium", "low"]
    #: How long it is is no matter of form: one too long costs this remark only.
    message: Annotated[str, Strict()]


@dataclass(frozen=True, slots=True)
class _Answer(_Closed):
    remarks: list[Remark]


@dataclass(frozen=True, slots=True)
class _Loose:
    remarks: list[Any]


_LOOSE, _REMARK = TypeAdapter(_Loose), TypeAdapter(Remark)
SCHEMA = AnswerSchema("remarks", TypeAdapter(_Answer).json_schema())


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer comes to. `dropped` counts remarks by reason; `problems` say to the model what is wrong."""

    findings: tuple[Finding, ...]
    dropped: Counter[str]
    problems: tuple[str, ...]

    @property
    def is_usable(self) -> bool:
        """Nothing to tell is an answer; remarks none of which stands are none."""
        return bool(self.findings) or not self.problems


class _Dropped(Exception):
    """A remark that does not stand: why, as it is counted, and what to say to the model."""

    def __init__(self, why: str, problem: str) -> None:
        super().__init__(why)
        self.why = why
        self.problem = problem


def heard(text: str, shown: Iterable[Excerpt], *, known: Collection[tuple[str, int]], is_cut_off: bool) -> Heard:
    """The findings in an answer. `shown` are the changed files; `known` the places that have a finding already."""
    try:
        said = _items(text, is_cut_off=is_cut_off)
    except _Dropped as drop:
        return Heard((), Counter([drop.why]), (drop.problem,))
    added = {(excerpt.path, number): code for excerpt in shown for number, code in excerpt.added.items()}
    findings: dict[tuple[str, int], Finding] = {}
    dropped: Counter[str] = Counter()
    problems: list[str] = []
    for place, item in enumerate(said):
        try:
            finding = _finding(_remark(item), added)
        except _Dropped as drop:
            dropped[drop.why] += 1
            problems.append(f"remarks.{place}: {drop.problem}")
            continue
        at = (finding.path, finding.line)
        if at in known or at in findings:
            dropped["its line has a finding already"] += 1
        elif len(findings) == MAX_REMARKS:
            dropped["one too many"] += 1
        else:
            findings[at] = finding
    return Heard(tuple(findings.values()), dropped, tuple(problems[:_MAX_PROBLEMS]))


def _items(text: str, *, is_cut_off: bool) -> list[Any]:
    if is_cut_off:
        raise _Dropped(_NOT_IN_FORM, "the answer was too long and was cut off; make fewer remarks")
    bare = _THOUGHTS.sub("", text)
    try:
        return _LOOSE.validate_json(bare[bare.find("{") : bare.rfind("}") + 1]).remarks
    except ValidationError:
        raise _Dropped(_NOT_IN_FORM, "the answer is no JSON object with a list `remarks`") from None


def _remark(item: Any) -> Remark:
    try:
        return _REMARK.validate_python(item)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _Dropped(_NOT_IN_FORM, f"{place}: {first['msg']}"[:_MAX_TOLD]) from None


def _finding(remark: Remark, added: Mapping[tuple[str, int], str]) -> Finding:
    """The remark as a finding, if it stands."""
    code, message = added.get((remark.path, remark.line)), _message(remark.message)
    if code is None:
        raise _Dropped("not on an added line that was shown", "`path` and `line` name no added line of the data")
    if not code.strip() or remark.code.strip() != code.strip():
        raise _Dropped("does not repeat its line", "`code` is not the text of that line")
    if not message:
        raise _Dropped("says nothing", "`message` is empty")
    if len(message) > MAX_CHARACTERS:
        raise _Dropped("says too much", f"`message` has more than {MAX_CHARACTERS} characters")
    return Finding(
        rule=f"{RULE}{remark.kind}",
        path=remark.path,
        line=remark.line,
        end_line=remark.line,
        severity=Severity(remark.severity),
        message=message,
    )


def _message(text: str) -> str:
    """One paragraph without links and blocks. Markdown, mentions and references are disarmed where it is shown."""
    return re.sub(r"`{2,}", "'", _LINK.sub("(a link)", " ".join(plain(text).split())))
