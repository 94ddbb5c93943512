"""What a review is unique for, beside its pull request and head commit. Pure."""

#: Of the one review that each head gets; another configuration would be another purpose.
REVIEW = "review"
_FULL = "full "


def full(comment_id: int) -> str:
    """Of the full review that this comment asked for, whatever reviews the head has already."""
    return f"{_FULL}{comment_id}"


def is_full(purpose: str) -> bool:
    return purpose.startswith(_FULL)
