"""Flower's settings, which `celery flower` reads from here: whoever looks at the workers signs in."""

from kodus_queue.flower_login import flower_login

basic_auth = [flower_login()]
