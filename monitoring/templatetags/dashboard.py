"""What the pages' templates say in one word: instants, statuses, icons."""

from datetime import datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.states import JobStatus
from monitoring.pages import words
from webhooks.models import Verdict

register = template.Library()

#: Icon and level of each status; the word is its own.
LOOKS = {
    JobStatus.PENDING: ("clock", "idle"),
    JobStatus.PROCESSING: ("play", "info"),
    JobStatus.WAITING_FOR_EVENT: ("hourglass", "wait"),
    JobStatus.RETRYING: ("retry", "warn"),
    JobStatus.COMPLETED: ("check", "ok"),
    JobStatus.FAILED: ("cross", "bad"),
    JobStatus.CANCELLED: ("slash", "idle"),
}
VERDICT_LOOKS = {
    Verdict.ACCEPTED: ("check", "ok"),
    Verdict.IGNORED: ("slash", "idle"),
    Verdict.HELD: ("hourglass", "warn"),
    Verdict.PING: ("pulse", "info"),
}
#: Controls, and what turns the direction of writing.
_UNSEEN = dict.fromkeys(
    [*range(32), *range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
MOST_DETAIL = 300
LEVEL_ICONS = {"ok": "check", "warn": "alert", "bad": "cross", "idle": "dash"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing beside a word; screen readers pass over it."""
    return SafeString(render_to_string(f"monitoring/icons/{name}.svg"))


@register.simple_tag
def level_icon(level: str) -> SafeString:
    return icon(LEVEL_ICONS[level])


@register.simple_tag
def status(value: str) -> SafeString:
    """Icon, word and colour of a job's status."""
    name, level = LOOKS[JobStatus(value)]
    return format_html('<span class="status {}">{}{}</span>', level, icon(name), value.replace("_", " ").capitalize())


@register.simple_tag
def verdict(value: str) -> SafeString:
    """Icon, word and colour of what became of a delivery."""
    name, level = VERDICT_LOOKS[Verdict(value)]
    return format_html('<span class="status {}">{}{}</span>', level, icon(name), value.capitalize())


@register.simple_tag
def moment(at: datetime | None, style: str = "ago", now: datetime | None = None) -> SafeString:
    """An instant as "3 m ago" (ago), "3 m" (age) or "in 3 m" (until), kept moving by dashboard.js; a dash for none."""
    if at is None:
        return SafeString('<span class="none">–</span>')
    told = _told(at, style, now or timezone.now())
    form = '<time datetime="{}" title="{}" data-style="{}">{}</time>'
    return format_html(form, at.strftime("%Y-%m-%dT%H:%M:%SZ"), words.instant(at), style, told)


def _told(at: datetime, style: str, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    match style:
        case "age":
            return words.age(seconds)
        case "until" if seconds < 0:
            return f"in {words.age(-seconds)}"
        case _:
            return f"{words.age(seconds)} ago"


@register.filter
def amount(count: int) -> str:
    return words.amount(count, count + 1)


@register.filter
def shown(text: Any) -> str:
    """A stranger's text, without the characters that make it look like another one."""
    return str(text).translate(_UNSEEN)


@register.filter
def lasting(seconds: float) -> str:
    return words.duration(seconds)


@register.filter
def cell(value: Any) -> str:
    """A number of a table; a dash for none."""
    return "–" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)


@register.filter
def plural(count: Any, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@register.filter
def shown_lines(text: Any) -> str:
    """The same of a text of several lines, which stay."""
    return "\n".join(shown(line) for line in str(text).split("\n"))


@register.filter
def capfirst_word(value: str) -> str:
    """A stored word in capitals, as people write it."""
    return value.replace("_", " ").capitalize()


@register.filter
def error_text(texts: Any) -> str:
    """What is wrong with a field, of one value or of each."""
    listed = texts.values() if isinstance(texts, dict) else [texts]
    return " ".join(str(text) for several in listed for text in several)


@register.filter
def detail(told: dict[str, Any]) -> str:
    """What a history row has to say for itself, in a line."""
    return "; ".join(f"{name}: {value}" for name, value in told.items() if value not in ("", None))[:MOST_DETAIL]
