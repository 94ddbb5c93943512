"""What each question to a language model cost, and what came of it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_command_answer'),
        ('reviews', '0005_reactions_without_locks'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=260)),
                ('model', models.CharField(max_length=200)),
                ('started_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('held_until', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('milliseconds', models.PositiveIntegerField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=100)),
                ('input_tokens', models.PositiveIntegerField(null=True)),
                ('output_tokens', models.PositiveIntegerField(null=True)),
                ('cost', models.DecimalField(decimal_places=6, max_digits=14, null=True)),
                ('findings', models.PositiveIntegerField(default=0)),
                ('dropped', models.JSONField(default=dict)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='model_calls', to='jobs.workflowjob')),
            ],
            options={
                'db_table': 'model_calls',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['provider', 'held_until'], name='model_calls_slots')],
            },
        ),
    ]
