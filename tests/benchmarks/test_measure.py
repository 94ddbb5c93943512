"""The whole measurement in small, in a process of its own as in earnest."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import psycopg
import pytest
from django.urls import resolve

from benchmarks.scale import fill as filling
from benchmarks.scale.admin_pages import ADMIN
from benchmarks.scale.api_pages import API
from benchmarks.scale.dashboard_pages import DASHBOARD
from benchmarks.scale.folder import ROOT, environment
from monitoring.pages.urls import urlpatterns

REQUESTS = 2
#: They change something, have no rows, or answer as long as somebody reads.
NOT_LOOKED_AT = {
    "jobs-csv",
    "jobs-ndjson",
    "sign-in",
    "sign-out",
    "csp-report",
    "job-cancel",
    "job-retry",
    "delivery-reprocess",
}
JOB = SimpleNamespace(id=uuid4(), subject="octo/app#1", correlation_id=str(uuid4()), payload={"head_sha": "1" * 40})
PAGES = (*API, *ADMIN, *DASHBOARD)


@pytest.fixture(scope="module")
def figures(new_database, tmp_path_factory):
    url, folder = new_database(), tmp_path_factory.mktemp("measure")
    with psycopg.connect(url, autocommit=True) as connection:
        filling.fill(connection, jobs=2_000, seed=7, until=datetime.now(UTC), tell=lambda _: None)
    command = [sys.executable, "-m", "benchmarks.scale.measure", str(folder), "--within", "--requests", str(REQUESTS)]
    environ = environment(folder, url) | {"KODUS_PROCESS": "api"}
    done = subprocess.run(command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4_000:]
    return json.loads(done.stdout)


def test_every_page_answers_at_each_of_its_addresses(figures):
    assert list(figures) == [page.name for page in PAGES]
    assert {each["requests"] >= REQUESTS for each in figures.values()} == {True}


def test_every_page_of_the_dashboard_is_measured():
    samples = SimpleNamespace(cycle=list, all_jobs=[JOB], deliveries=[SimpleNamespace(delivery_id=uuid4())])
    measured = {resolve(url.partition("?")[0]).url_name for page in DASHBOARD for url in page.urls(samples)}
    assert measured == {pattern.name for pattern in urlpatterns} - NOT_LOOKED_AT


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_asks_few_queries(figures, page):
    assert 2 <= figures[page.name]["queries"] <= 8
