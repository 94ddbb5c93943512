import csv
import io
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from jobs.states import WorkflowType
from monitoring.models import Member, Role
from monitoring.pages.chart import HEIGHT, lengths, lines, stacked
from monitoring.pages.panels import PANELS
from monitoring.pages.spreadsheet import lines as csv_lines
from monitoring.pages.spreadsheet import safe
from monitoring.sampling import PERIODS
from tests.monitoring.pages.story import lived, make_job

pytestmark = pytest.mark.django_db


def page(client, query=""):
    answer = client.get(f"/insights?{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def table(client, panel, query=""):
    answer = client.get(f"/insights/{panel}.csv?{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode())))


def member(client, organization=""):
    user = User.objects.create_user(f"of-{organization}")
    Member.objects.create(user=user, role=Role.VIEWER, organization=organization)
    client.force_login(user)
    return client


@pytest.mark.parametrize("period", PERIODS)
def test_every_panel_has_a_drawing_a_table_and_a_csv(admin_client, period):
    lived()
    text = page(admin_client, f"period={period}")
    for name in PANELS:
        assert f'id="panel-{name}"' in text
        assert f"/insights/{name}.csv?period={period}" in text
        assert len(table(admin_client, name, f"period={period}")) > (name != "retries")
    assert tuple(re.findall(r'id="panel-(\w+)"', text)) == PANELS
    assert text.count("<summary>Table</summary>") == len(PANELS)


def test_it_says_what_the_figures_rest_on(admin_client):
    lived()
    assert "Of all 2 jobs that arrived in this time." in page(admin_client)


def test_with_no_job_there_is_nothing_to_draw(admin_client):
    text = page(admin_client)
    assert text.count("Nothing to draw.") == len(PANELS)
    assert "None in this time." in text


def test_the_csv_has_the_figures_of_the_page(admin_client):
    lived()
    headings, *rows = table(admin_client, "outcomes", "period=1h")
    assert headings == ["arrived", "completed", "failed", "cancelled", "live"]
    assert [row[1:] for row in rows][-1] == ["2", "0", "0", "0"]
    assert len(rows) == 30
    assert ["posted", "1"] in table(admin_client, "usefulness")


def test_it_can_be_of_one_repository_or_type(admin_client):
    lived()
    make_job(uuid4(), WorkflowType.CODE_REVIEW, owner="acme")
    assert "Of all 3 jobs" in page(admin_client)
    assert "Of all 2 jobs" in page(admin_client, "repository=octo/app&type=")
    assert "Of all 1 jobs" in page(admin_client, "type=AST_ANALYSIS")
    assert "Of all 0 jobs" in page(admin_client, "repository=none/such")


def test_of_another_organization_it_knows_nothing(client):
    lived()
    of_acme = member(client, "acme")
    for query in ("", "repository=octo/app"):
        assert "Of all 0 jobs" in page(of_acme, query)
        assert ["posted", "0"] in table(of_acme, "usefulness", query)


@pytest.mark.parametrize("query", ["period=9y", "type=GONE", "x=1", "period=1h&period=24h", "repository=%00"])
def test_what_cannot_be_asked_is_said(admin_client, query):
    assert admin_client.get(f"/insights?{query}").status_code == 400
    assert admin_client.get(f"/insights/outcomes.csv?{query}").status_code == 404


def test_a_panel_that_is_none_is_not_found(admin_client):
    assert admin_client.get("/insights/secrets.csv").status_code == 404


def test_it_takes_eight_queries_at_most(client, django_assert_max_num_queries):
    lived()
    member(client)
    with django_assert_max_num_queries(8):
        page(client, "period=30d")


def test_the_same_minute_looks_the_same(admin_client):
    lived()
    poll = {"HX-Request": "true"}
    etag = admin_client.get("/insights?period=24h", headers=poll)["ETag"]
    assert admin_client.get("/insights?period=24h", headers={**poll, "If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =cmd|' /C calc'!A0", "\uff1d1"]
)
def test_no_cell_is_run_as_a_formula(cell):
    assert str(safe(cell)).startswith("'")
    (_, line) = csv_lines(["a"], [[cell]])
    assert next(csv.reader(io.StringIO(line, newline="")))[0].startswith("'")


@pytest.mark.parametrize(("cell", "kept"), [(-1, -1), (1.23456, 1.235), (None, None), ("a=b", "a=b"), ("", "")])
def test_what_is_no_formula_stays(cell, kept):
    assert safe(cell) == kept


def test_a_stack_is_as_high_as_its_counts_and_what_is_there_can_be_seen():
    chart = stacked([("a", {"completed": 1_000, "failed": 1}), ("b", {})])
    assert [block.kind for block in chart.bars[0].blocks] == ["completed", "failed"]
    assert chart.bars[0].blocks[1].height == 1
    assert chart.bars[1].blocks == ()
    assert (chart.most, chart.totals["completed"]) == (1_001, 1_000)


def test_a_line_has_a_gap_where_there_is_no_value():
    ((_, path),) = lines({"p50": [1, 2, None, 4]}).paths
    assert path.count("M") == 2
    assert all(0 <= float(y) <= HEIGHT for y in re.findall(r"V([\d.]+)", path))
    assert lines({"p50": []}).width == 0


def test_bars_that_lie_are_as_long_as_the_longest_allows():
    assert [each.length for each in lengths([("a", 10, 5, ""), ("b", 5, 0, "")])] == [1_000, 500]
    assert lengths([]) == []
