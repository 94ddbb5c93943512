"""The durable engine: jobs that survive crashes, retries, waits and brokers. It knows nothing of GitHub or reviews.

The row in `workflow_jobs` is the job; a broker message is a hint that says "look at row X, dispatch N". So losing,
doubling or reordering messages harms nothing. The life of a job, with the module that carries each step:

    enqueue        row + history + outbox row, in the caller's transaction          enqueue, transitions
    relay          due outbox rows → broker, confirmed                              maintenance/relay
    run_job        the message arrives: claim the row (lease, fence), run it        tasks, executor, leases
    handler        whatever was registered for the workflow type                    registry, attempts, outcomes
    settle         complete, fail, retry later, or pause until an event             executor, transitions
    emit           an event wakes the jobs waiting for its key                      waits
    maintenance    redispatch unclaimed, rescue lost leases, expire waits           maintenance/

`transitions.py` is the only writer of a job's status. Read `states.py` first, it is the whole machine as data.
"""
