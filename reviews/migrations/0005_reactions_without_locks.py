"""What would lock a big table if it were done in a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('reviews', '0004_reactions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='finding',
            index=models.Index(condition=models.Q(('thumbs_down__gt', 0)), fields=['rule'], name='findings_voted_down'),
        ),
    ]
