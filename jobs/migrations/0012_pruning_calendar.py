"""The calendar duty that deletes what is old; an operator may change its times in the admin, or switch it off."""

from django.db import migrations

NAME = 'Prune old rows'


def put_into_the_calendar(apps, _schema_editor):
    CrontabSchedule = apps.get_model('django_celery_beat', 'CrontabSchedule')
    PeriodicTask = apps.get_model('django_celery_beat', 'PeriodicTask')
    every_ten_minutes, _ = CrontabSchedule.objects.get_or_create(
        minute='3-59/10', hour='*', day_of_week='*', day_of_month='*', month_of_year='*', timezone='UTC'
    )
    PeriodicTask.objects.get_or_create(
        name=NAME,
        defaults={
            'task': 'kodus_queue.prune',
            'crontab': every_ten_minutes,
            'expire_seconds': 540,
            'description': 'Deletes what is older than KODUS_KEEP_..._DAYS say, for KODUS_PRUNE_SECONDS at most.',
        },
    )


def take_out_of_the_calendar(apps, _schema_editor):
    apps.get_model('django_celery_beat', 'PeriodicTask').objects.filter(name=NAME).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0011_retention_policies'),
        ('django_celery_beat', '0019_alter_periodictasks_options'),
    ]

    operations = [migrations.RunPython(put_into_the_calendar, take_out_of_the_calendar)]
