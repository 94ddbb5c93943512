from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_command_answer'),
    ]

    operations = [
        migrations.CreateModel(
            name='JobKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'job_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.BigIntegerField()),
                ('job_id', models.UUIDField()),
            ],
            options={'db_table': 'job_keys'},
        ),
    ]
