"""The rules, the dashboard and the reference name metrics that a real scrape exports, and the other way round.

Prometheus's own judgement of the rules needs its `promtool` (Debian: prometheus); without it those tests are skipped.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from integrations.github.connection import Connection
from jobs.broker import Publisher
from telemetry import counters
from tests.calendar_duties import put_into_the_calendar
from tests.monitoring.promql import metrics_in
from tests.monitoring.scraped import asked, names

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy/prometheus/kodus-queue.rules.yml"
DASHBOARD = ROOT / "deploy/grafana/kodus-queue.json"
REFERENCE = ROOT / "docs/reference/metrics.md"
RUNBOOK = "docs/how-to/answer-an-alert.md"
#: Prometheus makes it, of every target.
OF_PROMETHEUS = {"up"}
PARTS_OF_A_RUNBOOK = ["Meaning", "Impact", "Look", "Do", "Undo"]
promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> set[str]:
    return {rule["record"] for rule in rules() if "record" in rule}


def dashboard_expressions() -> list[str]:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [
        target["expr"].replace("$__rate_interval", "5m") for panel in panels for target in panel.get("targets", [])
    ]


def sections() -> dict[str, str]:
    """The runbook's text by heading."""
    _, *parts = re.split(r"^## (.+)$", (ROOT / RUNBOOK).read_text(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture
def exported(db, counts, broker, settings, admin_client) -> set[str]:
    """The names in a scrape over HTTP, after everything of which there need not be any was done once."""
    settings.BROKER_URL = broker
    put_into_the_calendar()
    publisher = Publisher(broker)
    publisher.connect()
    publisher.close()
    limits = {"x-ratelimit-resource": "core", "x-ratelimit-remaining": "4", "x-ratelimit-limit": "5000"}
    answer = httpx.Response(200, headers=limits, stream=httpx.ByteStream(b"{}"))
    github = httpx.MockTransport(lambda _request: answer)
    Connection("https://api.github.com", "token", transport=github).get("/repos/octo/app/pulls/1")
    counters.MODEL_CALLS.add("model", "answered")
    counters.MODEL_SECONDS.observe(1, "model")
    counters.MODEL_TOKENS.add("model", "input")
    counters.MODEL_COST.add("model")
    counters.SKIPPED.add("check_wanted", "draft")
    counters.JOB_SECONDS.observe(1, "CODE_REVIEW", "completed")
    return names(asked(admin_client))


def test_every_rule_names_metrics_we_export(exported):
    named = {rule.get("alert") or rule["record"]: metrics_in(rule["expr"]) for rule in rules()}
    known = exported | recorded() | OF_PROMETHEUS
    assert {rule: missing for rule, used in named.items() if (missing := used - known)} == {}
    assert len(named) > 30


def test_every_panel_names_metrics_we_export(exported):
    known = exported | recorded() | OF_PROMETHEUS
    assert {e: missing for e in dashboard_expressions() if (missing := metrics_in(e) - known)} == {}
    assert len(dashboard_expressions()) > 40


def test_the_reference_lists_what_we_export_and_nothing_else(exported):
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported}
    listed = set(re.findall(r"^\| `(kodus_\w+)`", REFERENCE.read_text(), re.MULTILINE))
    assert listed == families


def test_the_reference_names_the_labels(exported, admin_client):
    """As the columns say: `type`, `verb`."""
    rows = re.findall(r"^\| `(kodus_\w+)` \|([^|]*)\|", REFERENCE.read_text(), re.MULTILINE)
    listed = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    found: dict[str, set[str]] = {}
    for sample in asked(admin_client):
        name, _, labels = sample.partition("{")
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        found.setdefault(family, set()).update(set(re.findall(r'(\w+)="', labels)) - {"le"})
    assert found == listed


def test_every_alert_has_its_section_in_the_runbook():
    assert set(sections()) == set(alerts())
    for name, rule in alerts().items():
        assert rule["annotations"]["runbook_url"] == f"{RUNBOOK}#{name.lower()}"


@pytest.mark.parametrize("name", sorted(alerts()))
def test_a_section_says_all_that_is_needed(name):
    assert re.findall(r"^\*\*(\w+)\.\*\*", sections()[name], re.MULTILINE) == PARTS_OF_A_RUNBOOK


def test_every_alert_says_how_urgent_it_is_and_what_it_is():
    assert {rule["labels"]["severity"] for rule in alerts().values()} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"].endswith((".", "hours.")) for rule in alerts().values())


def test_a_metric_that_a_page_depends_on_is_missed_when_it_is_gone():
    """An expression over a metric that is not there is never true."""
    missed = metrics_in(alerts()["KodusMetricsMissing"]["expr"])
    direct = {"KodusNotWatched", "KodusMetricsMissing"}
    pages = {name: metrics_in(rule["expr"]) for name, rule in alerts().items() if rule["labels"]["severity"] == "page"}
    of_records = {rule["record"]: metrics_in(rule["expr"]) for rule in rules() if "record" in rule}
    used = {metric for name, metrics in pages.items() if name not in direct for metric in metrics}
    read = {metric for name in used for metric in of_records.get(name, {name})}
    # Redis tells no consumers; the other half of that alert does without.
    assert read - missed == {"kodus_broker_consumers"}


def test_the_dashboard_can_be_imported_anywhere():
    dashboard = json.loads(DASHBOARD.read_text())
    sources = {json.dumps(panel["datasource"]) for panel in dashboard["panels"] if "targets" in panel}
    assert dashboard["uid"] == "kodus-queue"
    assert sources == {'{"type": "prometheus", "uid": "${DS_PROMETHEUS}"}'}
    assert [variable["name"] for variable in dashboard["templating"]["list"]] == ["DS_PROMETHEUS"]


def test_panels_do_not_lie_on_each_other():
    places = [panel["gridPos"] for panel in json.loads(DASHBOARD.read_text())["panels"]]
    cells = [
        (x, y)
        for place in places
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_every_alert_that_a_panel_belongs_to_exists():
    described = " ".join(panel.get("description", "") for panel in json.loads(DASHBOARD.read_text())["panels"])
    shown = set(re.findall(r"Kodus\w+", described))
    assert shown - set(alerts()) == set()
    assert len(shown) > 20


def run_promtool(*arguments: str) -> str:
    done = subprocess.run(["promtool", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@promtool
def test_prometheus_takes_the_rules_and_the_configuration():
    run_promtool("check", "rules", str(RULES))
    run_promtool("check", "config", "--syntax-only", str(RULES.with_name("prometheus.yml")))


@promtool
@pytest.mark.parametrize("name", ["alerts.yml", "alerts_over_weeks.yml"])
def test_alerts_fire_when_they_should_and_only_then(tmp_path, name):
    cases = Path(__file__).with_name(name).read_text().replace("RULES", str(RULES))
    file = tmp_path / "alerts.yml"
    file.write_text(cases)
    assert "SUCCESS" in run_promtool("test", "rules", str(file))


@promtool
def test_prometheus_reads_what_we_export(db, counts, admin_client):
    text = admin_client.get("/metrics").content
    done = subprocess.run(["promtool", "check", "metrics"], input=text, check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
