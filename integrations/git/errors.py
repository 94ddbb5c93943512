"""What can go wrong with git. `permanent` says that trying again cannot help."""


class GitError(Exception):
    """Git failed."""

    permanent = False
    retry_after: float | None = None

    def __init__(self, detail: str = "") -> None:
        summary = (type(self).__doc__ or "").strip()
        super().__init__(f"{summary} {detail}".strip() if detail else summary)


class GitFailed(GitError):
    """Git ended with an error."""


class ObjectsRefused(GitFailed):
    """The repository holds objects that git takes for malformed or dangerous."""

    permanent = True


class GitTimedOut(GitError):
    """Git took longer than it was given."""


class MirrorBusy(GitError):
    """Another process works on this mirror for longer than we wait."""

    retry_after = 10.0


class UnsafeRemote(GitError):
    """Only https, http to this machine, and absolute local paths are fetched from."""

    permanent = True


class InvalidObjectId(GitError):
    """An object is named by its full lower-case hexadecimal id and nothing else."""

    permanent = True


class UnknownRef(GitError):
    """The repository has no commit under this name."""

    permanent = True


class ObjectMissing(GitError):
    """The mirror does not have this object."""

    permanent = True


class OutputTooLarge(GitError):
    """Git's answer is larger than we take in."""

    permanent = True
