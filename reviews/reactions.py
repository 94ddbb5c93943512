"""What people think of our comments: thumbs, counted for each finding, and the rules that a repository votes down.

GitHub sends no webhook for reactions, so they are read with the comments when a review of the pull request ends.
"""

from collections.abc import Collection, Iterable

from django.db.models import F, Sum

from integrations.github.types import PostedComment
from reviews.models import Finding

#: So many thumbs down on a rule in a repository, and its muting is suggested.
ENOUGH = 3


def keep_thumbs(repository_id: int, number: int, comments: Iterable[PostedComment]) -> None:
    """Write the counts of the comments that are ours, where they have changed."""
    counts = {comment.id: (comment.thumbs_up, comment.thumbs_down) for comment in comments}
    rows = Finding.objects.filter(
        review__repository_id=repository_id, review__number=number, comment_id__in=counts.keys()
    )
    changed = [row for row in rows if (row.thumbs_up, row.thumbs_down) != counts[row.comment_id or 0]]
    for row in changed:
        row.thumbs_up, row.thumbs_down = counts[row.comment_id or 0]
    Finding.objects.bulk_update(changed, ["thumbs_up", "thumbs_down"])


def has_comments(repository_id: int, number: int) -> bool:
    """Whether this pull request has a comment of ours on a line that somebody may have reacted to."""
    rows = Finding.objects.filter(review__repository_id=repository_id, review__number=number)
    return rows.exclude(comment_id=None).exists()


def voted_down(repository_id: int, rules: Collection[str]) -> dict[str, int]:
    """By rule, its thumbs down in this repository: of those of `rules` that have enough, and more than thumbs up."""
    rows = Finding.objects.filter(review__repository_id=repository_id, rule__in=rules).exclude(comment_id=None)
    counted = rows.values("rule").annotate(up=Sum("thumbs_up"), down=Sum("thumbs_down"))
    enough = counted.filter(down__gte=ENOUGH, down__gt=F("up")).order_by("rule")
    return dict(enough.values_list("rule", "down"))
