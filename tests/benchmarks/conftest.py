from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from benchmarks.scale.folder import manage


@pytest.fixture(scope="session")
def new_database(tmp_path_factory):
    """Makes another migrated database without rows, on the server of the run; its URL."""
    server = settings.DATABASES["default"]
    base = f"postgresql://{server['USER']}@{server['HOST']}:{server['PORT']}"
    made = []

    def create(template="template1"):
        made.append(f"scale_{uuid4().hex}")
        with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return f"{base}/{made[-1]}"

    empty = create()
    manage(tmp_path_factory.mktemp("scale"), empty, "migrate", "-v", "0", "--skip-checks")
    yield lambda: create(empty.rpartition("/")[2])
    with psycopg.connect(f"{base}/postgres", autocommit=True) as admin:
        for name in made:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
