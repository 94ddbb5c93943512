import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

pytestmark = pytest.mark.django_db(transaction=True)


def timeouts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        return cursor.fetchone()


def test_an_index_may_take_as_long_as_it_takes_and_a_lock_may_not():
    usual = timeouts()
    during = []

    def note(**_):
        during.append(timeouts())

    last = [each for each in apps.get_app_configs() if each.models_module][-1]
    pre_migrate.connect(note, sender=last)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(note, sender=last)
    assert usual == ("30s", "5s")
    assert during == [("0", "5s")]
    assert timeouts() == usual
