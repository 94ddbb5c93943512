"""The hooks that are looked after, and what GitHub failed to deliver."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hook',
            fields=[
                ('path', models.CharField(max_length=300, primary_key=True, serialize=False)),
                ('checked_until', models.DateTimeField(null=True)),
                ('looked_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('missed', models.PositiveIntegerField(default=0)),
                ('complete', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'hooks',
            },
        ),
        migrations.CreateModel(
            name='MissedDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guid', models.UUIDField()),
                ('attempt_id', models.BigIntegerField()),
                ('event', models.CharField(max_length=64)),
                ('action', models.CharField(blank=True, default='', max_length=255)),
                ('repository_id', models.BigIntegerField(null=True)),
                ('failed_at', models.DateTimeField()),
                ('failure', models.CharField(max_length=255)),
                ('asked', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField(null=True)),
                ('refusal', models.CharField(blank=True, default='', max_length=500)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), null=True)),
                ('hook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='missed_deliveries', to='webhooks.hook')),
            ],
            options={
                'verbose_name_plural': 'missed deliveries',
                'db_table': 'missed_deliveries',
                'indexes': [models.Index(fields=['hook', 'failed_at'], name='missed_deliveries_by_hook')],
                'constraints': [models.UniqueConstraint(fields=('guid', 'hook'), name='missed_deliveries_once')],
            },
        ),
    ]
