import pytest

from reviews.analyzers import SourceFile
from reviews.analyzers.places import is_workflow
from reviews.analyzers.zizmor import run
from reviews.findings import Severity

PATH = ".github/workflows/ci.yml"
SAFE = """\
name: checks
on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
"""
INJECTED = SAFE.replace("make test", 'echo "${{ github.event.pull_request.title }}"')


def found(content: str, path: str = PATH) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in run([SourceFile(path, content.encode())])]


def test_a_title_that_is_run_as_a_command_is_found_on_its_line():
    assert found(INJECTED) == [("zizmor:template-injection", 9)]


def test_a_trigger_that_hands_secrets_to_strangers_is_found():
    assert found(SAFE.replace("on: pull_request", "on: pull_request_target")) == [("zizmor:dangerous-triggers", 2)]


def test_what_is_only_advice_is_not_found():
    pinned_by_a_tag = SAFE.replace("actions/checkout@v4", "somebody/something@v1").replace("permissions: {}\n", "")
    assert found(pinned_by_a_tag) == []


def test_a_dangerous_action_is_found_as_well():
    action = "name: a\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: echo ${{ inputs.name }}\n"
    content = action.replace("name: a\n", "name: a\ninputs:\n  name:\n    description: who\n")
    assert found(content, "tools/greet/action.yml") == [("zizmor:template-injection", 9)]


def test_what_another_job_of_the_workflow_made_is_no_strangers():
    matrix = (
        "    needs: first\n    strategy:\n      matrix:\n        a: ${{ fromJson(needs.first.outputs.versions) }}\n"
    )
    given = SAFE.replace("    runs-on:", f"{matrix}    runs-on:").replace("make test", "make ${{ matrix.a }}")
    assert "matrix.a" in given
    assert found(given) == []


def test_a_finding_says_what_it_is_and_how_bad():
    (finding,) = run([SourceFile(PATH, INJECTED.encode())])
    assert finding.severity is Severity.HIGH
    assert "injection" in finding.message


def test_the_repository_cannot_configure_the_tool():
    config = SourceFile(".github/zizmor.yml", b"rules:\n  template-injection:\n    disable: true\n")
    assert [item.rule for item in run([config, SourceFile(PATH, INJECTED.encode())])] == ["zizmor:template-injection"]


@pytest.mark.parametrize(
    "content", [b"", b"- a\n", b"\0", b"a: &a [*a]", b"a: &a [x]\nb: [*a, *a]", b"jobs: {a: {steps: 3}}", b"{" * 5_000]
)
def test_what_is_no_workflow_is_no_finding(content):
    assert run([SourceFile(PATH, content)]) == []


def test_a_workflow_that_cannot_be_read_hides_no_other():
    broken = SourceFile(".github/workflows/broken.yml", b"jobs: [\n")
    assert [item.rule for item in run([broken, SourceFile(PATH, INJECTED.encode())])] == ["zizmor:template-injection"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        (".github/workflows/ci.yml", True),
        (".github/workflows/ci.yaml", True),
        ("action.yml", True),
        ("tools/greet/action.yaml", True),
        (".github/dependabot.yml", False),
        ("sub/.github/workflows/ci.yml", False),
        (".github/workflows/ci.py", False),
    ],
)
def test_only_what_github_runs_is_wanted(path, wanted):
    assert is_workflow(path) is wanted
