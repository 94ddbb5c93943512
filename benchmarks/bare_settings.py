from kodus_queue.settings import *  # noqa: F403 - the door's settings, with another URL map

ROOT_URLCONF = "benchmarks.bare_view"
