"""Deliveries of an organization and of a repository, the newest first, without locking a big table."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.expressions import Func


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('webhooks', '0003_calendar'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='webhookdelivery',
            index=models.Index(
                Func(F('repository'), Value('/'), Value(1), function='split_part', output_field=models.CharField()),
                F('id').desc(),
                name='webhook_deliveries_owner',
            ),
        ),
        AddIndexConcurrently(
            model_name='webhookdelivery',
            index=models.Index(fields=['repository', '-id'], name='webhook_deliveries_repo'),
        ),
        RemoveIndexConcurrently(model_name='webhookdelivery', name='webhook_deliveries_repository'),
    ]
