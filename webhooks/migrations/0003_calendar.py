"""The calendar duty that looks through the hooks; an operator may change its times in the admin, or switch it off."""

from django.db import migrations

NAME = 'Recover missed deliveries'


def put_into_the_calendar(apps, _schema_editor):
    CrontabSchedule = apps.get_model('django_celery_beat', 'CrontabSchedule')
    PeriodicTask = apps.get_model('django_celery_beat', 'PeriodicTask')
    every_two_minutes, _ = CrontabSchedule.objects.get_or_create(
        minute='*/2', hour='*', day_of_week='*', day_of_month='*', month_of_year='*', timezone='UTC'
    )
    PeriodicTask.objects.get_or_create(
        name=NAME,
        defaults={
            'task': 'webhooks.recover_deliveries',
            'crontab': every_two_minutes,
            'expire_seconds': 120,
            'description': 'Asks GitHub for the deliveries that never arrived, for each hook in KODUS_GITHUB_HOOKS.',
        },
    )


def take_out_of_the_calendar(apps, _schema_editor):
    apps.get_model('django_celery_beat', 'PeriodicTask').objects.filter(name=NAME).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('webhooks', '0002_missed_deliveries'),
        ('django_celery_beat', '0019_alter_periodictasks_options'),
    ]

    operations = [migrations.RunPython(put_into_the_calendar, take_out_of_the_calendar)]
