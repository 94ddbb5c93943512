#!/usr/bin/env python
"""Django's command line; `python manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from monitoring import healthcheck


def main(arguments: list[str]) -> None:
    if arguments[1:2] == ["healthcheck"]:  # asked every few seconds: it must not cost a start of the project
        sys.exit(healthcheck.main(arguments[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
    try:
        execute_from_command_line(arguments)
    except ImproperlyConfigured as error:  # a setting that cannot be used: its text says which, and what can
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main(sys.argv)
