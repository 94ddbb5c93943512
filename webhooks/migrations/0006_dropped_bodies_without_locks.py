"""What would lock the big table if it were done in a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('webhooks', '0005_dropped_bodies'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('dropped_bytes', None)), fields=['received_at', 'id'], name='webhook_deliveries_with_body'),
        ),
    ]
