"""What would lock the big tables if it were done in a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('jobs', '0003_resilience'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['destination', 'organization', 'available_at', 'id'], name='outbox_by_turn'),
        ),
        ValidateConstraint(model_name='workflowjob', name='workflow_jobs_running_is_leased'),
        ValidateConstraint(model_name='workflowjob', name='workflow_jobs_wait_has_deadline'),
    ]
