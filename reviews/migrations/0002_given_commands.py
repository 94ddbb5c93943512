"""The commands that people gave in comments."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0005_delivery_recovery'),
        ('reviews', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GivenCommand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('repository_id', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('comment_id', models.BigIntegerField()),
                ('command', models.CharField(choices=[('review', 'review'), ('full', 'full'), ('pause', 'pause'), ('resume', 'resume'), ('cancel', 'cancel'), ('ignore', 'ignore'), ('why', 'why'), ('config', 'config'), ('help', 'help'), ('unknown', 'unknown')], max_length=20)),
                ('given_by', models.CharField(max_length=255)),
                ('given_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('job', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.workflowjob')),
            ],
            options={
                'db_table': 'given_commands',
                'indexes': [models.Index(fields=['repository_id', 'number', '-given_at', '-comment_id'], name='given_commands_latest'), models.Index(condition=models.Q(('job', None), _negated=True), fields=['job'], name='given_commands_job')],
                'constraints': [models.UniqueConstraint(fields=('repository_id', 'comment_id'), name='given_commands_once')],
            },
        ),
    ]
