"""The WSGI application; KODUS_PROCESS=webhook serves the door, anything else the operators' side."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
application = get_wsgi_application()
