"""The whole measurement in small, in a process of its own as in earnest."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import psycopg
import pytest

from benchmarks.scale import fill as filling
from benchmarks.scale.admin_pages import ADMIN
from benchmarks.scale.api_pages import API
from benchmarks.scale.folder import ROOT, environment

REQUESTS = 2
PAGES = (*API, *ADMIN)


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_asks_few_queries(figures, page):
    assert 2 <= figures[page.name]["queries"] <= 8
