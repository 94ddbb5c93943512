"""The trace of whoever made the job; empty where traces are not recorded, and in what the release before writes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0008_find_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='workflowjob',
            name='traceparent',
            field=models.CharField(blank=True, db_default='', default='', max_length=55),
        ),
    ]
