"""Run an analyzer so that a file it dies of costs itself only."""

from collections.abc import Sequence

from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile
from reviews.findings import Finding


def run_apart(analyzer: Analyzer, files: Sequence[SourceFile]) -> tuple[list[Finding], list[AnalyzerFailed]]:
    """What it found, and why it did not look at some of the files.

    After a crash it is run on each half, and so on: of a hundred files, one that kills it is found in fourteen runs.
    What fails otherwise, by taking too long for instance, would fail as slowly again, and is left alone.
    """
    try:
        return analyzer.run(files), []
    except AnalyzerFailed as failure:
        if not failure.crashed:
            return [], [failure]
        if len(files) == 1:
            return [], [AnalyzerFailed(failure.name, f"{failure.why} reading `{files[0].path}`")]
    half = len(files) // 2
    halves = [run_apart(analyzer, part) for part in (files[:half], files[half:])]
    return [finding for found, _ in halves for finding in found], [why for _, failures in halves for why in failures]
