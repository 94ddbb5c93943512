from kodus_queue.settings import *  # noqa: F403 - these are the settings, plus one app
from kodus_queue.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.telemetry.crashes.apps.CrashesConfig"]
ROOT_URLCONF = "tests.telemetry.crashes.urls"
