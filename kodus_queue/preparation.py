"""`python -m kodus_queue.preparation`: what the service needs before its processes start, in one of them all.

Web servers do not run Django's system checks, so ours are run here, with the door's settings (KODUS_PROCESS=webhook):
an error ends the start, a warning is said. With DJANGO_SUPERUSER_USERNAME and DJANGO_SUPERUSER_PASSWORD in the
environment, that administrator is made too.
"""

import io
import os
import sys

import django
from django.core.management import call_command
from django.core.management.base import SystemCheckError

OUR_CHECKS = ["webhooks", "jobs", "kodus_queue"]


def main() -> int:
    django.setup()
    try:
        call_command("check", tags=OUR_CHECKS, stdout=io.StringIO())  # only what is wrong is worth a line
    except SystemCheckError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if os.environ.get("DJANGO_SUPERUSER_USERNAME"):
        call_command("createsuperuser", interactive=False, verbosity=0)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
    sys.exit(main())
