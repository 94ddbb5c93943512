"""The WSGI application; KODUS_PROCESS=webhook serves the door, anything else the operators' side."""

import os

from django.core.wsgi import get_wsgi_application

from kodus_queue.orphans import end_with_parent

end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodus_queue.settings")
application = get_wsgi_application()
