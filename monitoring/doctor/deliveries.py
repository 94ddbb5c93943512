"""Whether what GitHub sends gets here: the last that came, what is missing, and how GitHub's last attempt ended."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from integrations.github.errors import GitHubError
from monitoring.doctor.diagnosis import CTL, Diagnosis, fail, ok, warn
from monitoring.vitals import deliveries_arrive
from reviews.code_host import github
from webhooks.models import REMEMBERED, WebhookDelivery

_PAGE = "docs/how-to/connect-github.md"
_REACHABLE = (
    f"Is the door up ({CTL} status), and does the proxy pass /webhooks/ to :3332?"
    " Recent Deliveries on the webhook's page say more."
)


def arrived() -> Sequence[Diagnosis]:
    """By what is stored here."""
    newest = WebhookDelivery.objects.order_by("-received_at").first()
    if newest is None:
        return [warn("none has ever come", f"Make the webhook, and look at its Recent Deliveries: {_PAGE}")]
    ago = timezone.now() - newest.received_at
    found = [ok(f"the last, {newest.event} {newest.action}, came {_words(ago)} ago ({newest.verdict})")]
    vital = deliveries_arrive()
    if not vital.well:
        found.append(
            fail(vital.detail, "manage.py recover_deliveries --dry-run lists them; without it they are asked for.")
        )
    return found


def reachable() -> Sequence[Diagnosis]:
    """By how GitHub's last attempt at each webhook ended."""
    if not settings.GITHUB_HOOKS:
        remedy = f"Set KODUS_GITHUB_HOOKS, so that GitHub can be asked: {_PAGE}"
        return [warn("no webhook is looked after: GitHub is not asked whether it reaches us", remedy)]
    return [found for path in settings.GITHUB_HOOKS for found in _last_attempt(path)]


def _last_attempt(path: str) -> Iterator[Diagnosis]:
    try:
        last = next(iter(github().hook_deliveries(path, since=timezone.now() - REMEMBERED)), None)
    except GitHubError as error:
        remedy = f"Compare its path with the webhook's page, and the token's permission on webhooks: {_PAGE}"
        yield fail(f"GitHub does not show what it sent: {error}", remedy, about=path)
        return
    if last is None:
        yield ok("GitHub has sent nothing for three days", about=path)
    elif last.succeeded:
        yield ok(
            f"GitHub reached us {_words(timezone.now() - last.delivered_at)} ago ({last.status_code})", about=path
        )
    else:
        text = f"GitHub's last attempt failed {_words(timezone.now() - last.delivered_at)} ago: {last.status}"
        yield fail(f"{text} ({last.status_code or 'no answer'})", _REACHABLE, about=path)


def _words(ago: timedelta) -> str:
    seconds = max(0.0, ago.total_seconds())
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"  # noqa: PLR2004 - two hours
