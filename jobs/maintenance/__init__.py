"""The dispatcher's duties, one file each, all of one shape: `run_once(limit) -> count`, safe to run in several
processes at once, and again at any time. `loop.py` runs them; `manage.py dispatch` runs all of them.

    relay           due outbox rows → broker, as much as the workers can take soon, organizations in turn
    redispatcher    messages that were sent and never claimed, or are missing → sent again under a new number
    rescuer         attempts whose lease ran out → runnable again
    wait_expirer    waits past their deadline → runnable again, knowing it
"""
