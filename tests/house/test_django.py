"""What Django itself can tell about the project."""

import pytest
from django.core.management import call_command
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

OURS = ["analysis", "jobs", "reviews", "webhooks"]


@pytest.mark.django_db
def test_the_migrations_make_the_models():
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_release_before_can_work_on_what_the_migrations_leave(capsys):
    linter = MigrationLinter(
        include_apps=OURS, warnings_as_errors_tests=["CREATE_INDEX"], ignore_initial_migrations=True
    )
    linter.lint_all_migrations()
    assert (linter.nb_erroneous, linter.nb_valid + linter.nb_warnings > 0) == (0, True), capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE workflow_jobs DROP COLUMN stage",
        "ALTER TABLE workflow_jobs RENAME COLUMN stage TO step",
        "ALTER TABLE workflow_jobs ADD COLUMN tier text NOT NULL",
        "DROP TABLE gates",
    ],
)
def test_what_would_break_it_is_found_out(change):
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, ["BEGIN;", f"{change};", "COMMIT;"])
    assert len(errors) == 1
