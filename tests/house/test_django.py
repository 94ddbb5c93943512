"""What Django itself can tell about the project."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_the_migrations_make_the_models():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
