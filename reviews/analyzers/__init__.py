"""Well-kept tools that read the changed files. To add one: a module with an `Analyzer`, and its name below.

Each runs isolated, with our configuration, never the repository's, on copies of the changed files only.
"""

from reviews.analyzers.apart import run_apart
from reviews.analyzers.ast_grep import AST_GREP
from reviews.analyzers.oxlint import OXLINT
from reviews.analyzers.ruff import RUFF
from reviews.analyzers.secrets import SECRETS
from reviews.analyzers.shape import Analyzer, AnalyzerFailed, Edit, Fix, SourceFile
from reviews.analyzers.zizmor import ZIZMOR

ANALYZERS: tuple[Analyzer, ...] = (SECRETS, RUFF, OXLINT, ZIZMOR, AST_GREP)

__all__ = ["ANALYZERS", "Analyzer", "AnalyzerFailed", "Edit", "Fix", "SourceFile", "run_apart"]
