"""One action on all jobs that fit a filter: asked for in a request, carried out by a job.

    asked      what is asked for, by whom; it is the job's payload
    preview    what it would do, before it is asked for
    start      make the job
    acting     the job: batch after batch, each of them once
    progress   how far it has come

The newest job comes first, so that of several about one pull request the latest is retried, and the older are refused.
"""
