"""Gates, and what the engine keeps to hold jobs back; every new column has a default of the database's, so that the
release before this one goes on writing rows beside it.
"""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_closing_checks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('closed_until', models.DateTimeField(null=True)),
                ('classification', models.CharField(choices=[('RETRYABLE', 'Retryable'), ('RATE_LIMITED', 'Rate Limited'), ('CIRCUIT_OPEN', 'Circuit Open'), ('PERMANENT', 'Permanent')], max_length=20)),
                ('reason', models.CharField(blank=True, default='', max_length=500)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'gates',
            },
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='organization',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='workflowjob',
            name='gates',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='workflowjob',
            name='give_up_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='jobexecutionhistory',
            name='verb',
            field=models.CharField(choices=[('enqueue', 'Enqueue'), ('claim', 'Claim'), ('checkpoint', 'Checkpoint'), ('complete', 'Complete'), ('fail', 'Fail'), ('pause', 'Pause'), ('resume', 'Resume'), ('expire', 'Expire'), ('retry', 'Retry'), ('hold', 'Hold'), ('fold', 'Fold'), ('redispatch', 'Redispatch'), ('release', 'Release'), ('rescue', 'Rescue'), ('cancel', 'Cancel'), ('supersede', 'Supersede'), ('retry by hand', 'Retry By Hand')], max_length=20),
        ),
        AddConstraintNotValid(
            model_name='workflowjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'PROCESSING'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='workflow_jobs_running_is_leased'),
        ),
        AddConstraintNotValid(
            model_name='workflowjob',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'WAITING_FOR_EVENT'), _negated=True), ('wait_deadline__isnull', False), _connector='OR'), name='workflow_jobs_wait_has_deadline'),
        ),
    ]
