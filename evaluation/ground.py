"""What a review needs when it is run for its figures: Django, and a database of the evaluation's own.

Call `prepare` before anything is imported that reads settings.
"""

import os
from pathlib import Path

import django
from django.core.management import call_command

from kodus_queue.embedded.postgres import ensure_postgres

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".kodus" / "evaluation"


def prepare() -> None:
    """Set Django up, on a PostgreSQL that runs until this process ends; its rows are there again the next time."""
    state = FOLDER / "state"
    state.mkdir(parents=True, exist_ok=True)
    os.environ["KODUS_STATE_DIR"] = str(state)
    os.environ["DATABASE_URL"] = ensure_postgres(state)
    os.environ["KODUS_LOG_LEVEL"] = "INFO"  # the seconds of a review's parts are told by its log
    os.environ["DJANGO_SETTINGS_MODULE"] = "kodus_queue.settings"
    os.environ.pop("KODUS_REVIEW_CONFIG", None)  # the figures are those of the defaults
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def data_folder() -> Path:
    """The folder of the test data, there or not."""
    return Path(os.environ.get("KODUS_TEST_DATA") or ROOT.parent / "shared" / "data")
