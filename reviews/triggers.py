"""Why a review is asked for, where it makes a difference; else it is the action of the pull request's event."""

#: A push to an open pull request.
PUSHED = "synchronize"
#: The pull request is open again, ready, or a draft. A review that is under way may have found it otherwise.
FOUND_OTHERWISE = frozenset({"reopened", "ready_for_review", "converted_to_draft"})
#: A person's comment.
COMMAND = "command"
#: A review that found its head to be an old one.
HEAD_MOVED = "head moved"
