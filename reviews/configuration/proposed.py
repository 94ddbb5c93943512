"""The `.kodus.yml` that a pull request brings: not in force yet, its problems are findings like others. Pure."""

from reviews.configuration.declaration import FILE_NAME, Configuration
from reviews.configuration.validation import read_checked
from reviews.findings import Finding, Severity

RULE = "configuration:invalid"


def findings_of_proposed(content: bytes) -> list[Finding]:
    """One finding for each problem of the file, on its line."""
    return [
        Finding(
            rule=RULE,
            path=FILE_NAME,
            line=problem.line,
            end_line=problem.line,
            # Once it is merged, nothing of the file is used any more.
            severity=Severity.HIGH,
            message=problem.text,
        )
        for problem in read_checked(content, Configuration).problems
    ]
