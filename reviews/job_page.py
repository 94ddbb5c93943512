"""Where people see a job: its page on the dashboard, if the service has an address they can reach."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse


def job_page(job_id: UUID) -> str:
    """The address, for those who may sign in there; empty when KODUS_PUBLIC_URL is not set."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL}{reverse('pages:job', args=[job_id])}"
