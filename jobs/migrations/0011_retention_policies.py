import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0010_processes'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetentionPolicy',
            fields=[
                ('organization', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('bodies_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('jobs_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('failed_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('events_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)])),
                ('pull_requests_days', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(180)])),
            ],
            options={
                'verbose_name_plural': 'retention policies',
                'db_table': 'retention_policies',
            },
        ),
    ]
