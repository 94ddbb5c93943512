"""A review by its head and a command by its comment, without locking a big table."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('reviews', '0006_model_calls'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='review',
            index=models.Index(fields=['head_sha'], name='reviews_by_head'),
        ),
        AddIndexConcurrently(
            model_name='givencommand',
            index=models.Index(fields=['comment_id'], name='given_commands_comment'),
        ),
    ]
