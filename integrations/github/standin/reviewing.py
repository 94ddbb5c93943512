"""Posting a review, refused as GitHub refuses it: any comment off the diff refuses all of it, without naming which.

The 422 texts are GitHub's own, taken from reports: parkerbxyz/suggest-changes#28 and #64, danobi/prr#11,
ubuntu/WSL#244, warpdotdev/oz-for-oss#310.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from integrations.github.standin.hosted import UnknownRevision
from integrations.github.standin.http import Refused
from integrations.github.standin.hunks import DiffLine, find_line, read_hunks
from integrations.github.standin.records import Pull, Records, StoredComment, StoredReview, now

MAX_BODY_LENGTH = 65_536
STATES = {"COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}
_PAGE = "/pulls/reviews#create-a-review-for-a-pull-request"

_THREAD = "Pull request review thread"
OFF_THE_DIFF = f"{_THREAD} line must be part of the diff"
OTHER_HUNK = f"{_THREAD} start line must be part of the same hunk as the line."
START_NOT_BEFORE_END = f"{_THREAD} start line must precede the end line."
NO_HUNK = f"{_THREAD} diff hunk can't be blank"
NO_SUCH_PATH = "Path could not be resolved"


@dataclass(frozen=True, slots=True)
class _Placed:
    comment: dict[str, Any]
    line: DiffLine


def post_review(records: Records, pull: Pull, body: Any, *, author: str) -> StoredReview:
    """Store a review with all its comments; Refused when GitHub would refuse it."""
    text, event, comments = _read(body)
    commit = _commit(pull, body.get("commit_id") or pull.head_sha)
    placed = _place_all(pull, commit, comments)
    review = StoredReview(
        id=records.new_id(),
        pull=pull,
        state=STATES.get(event, "PENDING"),
        body=text,
        commit_id=commit,
        author=author,
        submitted_at=now(),
    )
    records.reviews.append(review)
    records.comments += [_stored(records, review, place) for place in placed]
    return review


def _read(body: Any) -> tuple[str, str, list[dict[str, Any]]]:
    if not isinstance(body, dict) or not isinstance(body.get("comments", []), list):
        raise _invalid()
    text, event, comments = body.get("body") or "", body.get("event") or "", body.get("comments", [])
    if not isinstance(text, str) or (event and event not in STATES):
        raise _invalid()
    if len(text) > MAX_BODY_LENGTH:
        raise _unprocessable(f"Body is too long (maximum is {MAX_BODY_LENGTH} characters)")
    if event in {"COMMENT", "REQUEST_CHANGES"} and not text and not comments:
        raise _unprocessable("Body can't be blank")
    for comment in comments:
        _check_form(comment)
    return text, event, comments


def _check_form(comment: Any) -> None:
    texts = ("path", "body")
    if not isinstance(comment, dict) or not all(isinstance(comment.get(key), str) for key in texts):
        raise _invalid()
    numbers = [comment.get("line"), comment.get("start_line")]
    if any(number is not None and type(number) is not int for number in numbers):
        raise _invalid()
    if len(comment["body"]) > MAX_BODY_LENGTH:
        raise _unprocessable(f"Body is too long (maximum is {MAX_BODY_LENGTH} characters)")


def _commit(pull: Pull, revision: str) -> str:
    try:
        sha = pull.repository.resolve(revision)
    except UnknownRevision as error:
        raise _unprocessable("Commit is not part of the pull request") from error
    if not any(pull.repository.contains(head, sha) for head in (pull.head_sha, *pull.past_heads)):
        raise _unprocessable("Commit is not part of the pull request")
    return sha


def _place_all(pull: Pull, commit: str, comments: list[dict[str, Any]]) -> list[_Placed]:
    changes = {change.path: change for change in pull.repository.changes(pull.base_sha, commit)}

    @cache
    def lines_of(path: str) -> list[DiffLine]:
        return read_hunks(pull.repository.patch(pull.base_sha, commit, changes[path]))

    if any(comment["path"] not in changes for comment in comments):
        raise _unprocessable(NO_SUCH_PATH)
    return [_place(comment, lines_of(comment["path"])) for comment in comments]


def _place(comment: dict[str, Any], lines: list[DiffLine]) -> _Placed:
    number, start = comment.get("line"), comment.get("start_line")
    side = comment.get("side", "RIGHT")
    end_line = None if number is None else find_line(lines, number, side)
    start_line = None if start is None else find_line(lines, start, comment.get("start_side", side))
    if start is not None and number is not None and start >= number:
        raise _unprocessable(START_NOT_BEFORE_END)
    other_hunk = start is not None and (start_line is None or end_line is None or start_line.hunk != end_line.hunk)
    if end_line is None:
        raise _unprocessable(_sentence([OFF_THE_DIFF, *([OTHER_HUNK] if other_hunk else []), NO_HUNK]))
    if other_hunk:
        raise _unprocessable(OTHER_HUNK)
    return _Placed(comment, end_line)


def _stored(records: Records, review: StoredReview, place: _Placed) -> StoredComment:
    comment = place.comment
    side = comment.get("side", "RIGHT")
    several = comment.get("start_line") is not None
    return StoredComment(
        id=records.new_id(),
        review=review,
        path=comment["path"],
        body=comment["body"],
        line=comment["line"],
        side=side,
        start_line=comment.get("start_line"),
        start_side=comment.get("start_side", side) if several else None,
        position=place.line.position,
        diff_hunk=place.line.text,
    )


def _sentence(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])}{',' if len(parts) > 2 else ''} and {parts[-1]}"  # noqa: PLR2004 - "a and b", "a, b, and c"


def _unprocessable(error: str) -> Refused:
    return Refused(422, "Unprocessable Entity", errors=[error], page=_PAGE)


def _invalid() -> Refused:
    return Refused(422, "Invalid request.", errors=[], page=_PAGE)
