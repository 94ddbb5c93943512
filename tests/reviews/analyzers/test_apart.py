from collections.abc import Sequence

from reviews.analyzers import Analyzer, AnalyzerFailed, SourceFile, run_apart
from reviews.findings import Finding, Severity

FILES = [SourceFile(f"{number}.py", b"") for number in range(100)]


def analyzer(deadly: set[str], *, crashed: bool = True) -> tuple[Analyzer, list[int]]:
    """One that dies of these files, and how many files it was given each time."""
    runs: list[int] = []

    def run(files: Sequence[SourceFile]) -> list[Finding]:
        runs.append(len(files))
        if any(file.path in deadly for file in files):
            raise AnalyzerFailed("tool", "was ended by SIGSEGV", crashed=crashed)
        return [Finding("tool:x", file.path, 1, 1, Severity.LOW, "Found.") for file in files]

    return Analyzer("tool", lambda _: True, run), runs


def test_what_it_can_bear_is_read_at_once():
    tool, runs = analyzer(set())
    found, failures = run_apart(tool, FILES)
    assert (len(found), failures, runs) == (100, [], [100])


def test_a_file_it_dies_of_costs_itself_only():
    tool, runs = analyzer({"42.py"})
    found, failures = run_apart(tool, FILES)
    assert [finding.path for finding in found] == [file.path for file in FILES if file.path != "42.py"]
    assert [failure.why for failure in failures] == ["was ended by SIGSEGV reading `42.py`"]
    assert len(runs) <= 15


def test_several_of_them_too():
    found, failures = run_apart(analyzer({"0.py", "50.py", "99.py"})[0], FILES)
    assert (len(found), len(failures)) == (97, 3)


def test_what_fails_in_another_way_is_not_tried_again():
    tool, runs = analyzer({"42.py"}, crashed=False)
    found, failures = run_apart(tool, FILES)
    assert (found, [failure.why for failure in failures], runs) == ([], ["was ended by SIGSEGV"], [100])
