"""Well-kept tools that read the changed files. To add one: a module with an `Analyzer`, and its name below.

Each runs isolated, with our configuration, never the repository's, on copies of the changed files only.
"""

from reviews.analyzers.ruff import RUFF
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, SourceFile

ANALYZERS: tuple[Analyzer, ...] = (RUFF,)

__all__ = ["ANALYZERS", "Analyzer", "AnalyzerFailed", "SourceFile"]
