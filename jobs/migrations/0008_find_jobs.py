"""What would lock the big tables if it were done in a transaction: an index, and the keys of the jobs there are."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

# What jobs/keys.py says, as it was when this was written.
KEYS = """
INSERT INTO job_keys (key, job_id)
SELECT DISTINCT hashtextextended(named.name || ':' || named.value, 0), job.id
  FROM workflow_jobs job, LATERAL (VALUES ('organization', organization), ('repository', payload->>'repository'),
       ('author', payload->>'author'), ('head', payload->>'head_sha')) named (name, value)
 WHERE named.value <> '' ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('jobs', '0007_job_keys'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='workflowjob',
            index=models.Index(fields=['status', 'id'], name='workflow_jobs_status_id'),
        ),
        RemoveIndexConcurrently(model_name='workflowjob', name='workflow_jobs_by_status'),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
    ]
