#!/usr/bin/env python
"""Django's command line; `python manage.py help` lists the commands."""

import os
import sys

from django.core.management import execute_from_command_line

from kodus_queue.local import lend_database

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
    if lend_database(sys.argv):
        execute_from_command_line([sys.argv[0], "migrate", "-v", "0"])
    execute_from_command_line(sys.argv)
