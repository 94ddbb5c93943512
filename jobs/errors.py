"""What can go wrong in the engine. The docstring is the message; `permanent` says whether retrying can help."""

from typing import ClassVar


class JobError(Exception):
    """Something went wrong with a job."""

    permanent: ClassVar[bool] = False

    def __init__(self, detail: str = "") -> None:
        message = (self.__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{message} ({detail})" if detail else message)


class TransitionRefused(JobError):
    """The job is not in a state that allows this, or somebody else got there first."""

    permanent = True


class UnknownWorkflowType(JobError):
    """No handler is registered here for this workflow type.

    Not the job's fault: a newer release may have made it, whose workers know what to do with it.
    """

    permanent = True


class UnknownQueue(JobError):
    """No queue of jobs has this name."""

    permanent = True


class WaitTimedOut(JobError):
    """The event this job waited for did not come in time."""

    permanent = True


class LeaseLost(BaseException):
    """This attempt no longer owns its job: the lease ran out, or the job was cancelled or superseded.

    A BaseException: no handler's `except Exception` may eat it and go on writing.
    """


class WorkerStopping(BaseException):
    """This worker is asked to stop; the job goes on elsewhere. A BaseException for the same reason."""
