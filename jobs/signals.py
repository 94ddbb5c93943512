"""What other rooms may listen to. Both are sent inside the transaction of what happened: a receiver that raises
undoes it, and what it writes is committed with it. Receivers do no network calls.
"""

from django.dispatch import Signal

#: sender=EventType, event=WorkflowEvent. A new event was stored.
workflow_event = Signal()

#: sender=WorkflowType, job=WorkflowJob. A job became COMPLETED, FAILED or CANCELLED.
job_finished = Signal()
