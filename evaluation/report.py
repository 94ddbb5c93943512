"""The tables of an evaluation, in Markdown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from evaluation.scores import Score

HEAD = (
    "| project | who | findings right | wrong | not known | precision | mutants found | by name | sites found "
    "| twins accused | seconds |"
)


@dataclass
class Tally:
    """What one contestant did on one project. `by_kind`: per mutation or twin."""

    total: Score = field(default_factory=Score)
    by_kind: dict[str, Score] = field(default_factory=dict)
    seconds: float = 0.0

    def count(self, kind: str, score: Score) -> None:
        self.total += score
        self.by_kind[kind] = self.by_kind.get(kind, Score()) + score


def table(tallies: Mapping[tuple[str, str], Tally]) -> Iterator[str]:
    """`tallies` by project and contestant; the sums of all projects come last."""
    yield HEAD
    yield "|---|---|" + "---:|" * 9
    for (project, who), tally in (*tallies.items(), *_sums(tallies).items()):
        yield _row(project, who, tally.total, tally.seconds)


def kinds(tallies: Mapping[tuple[str, str], Tally], who: str) -> Iterator[str]:
    """One contestant, kind by kind, over all projects."""
    yield "| mutation or twin | commits | findings right | wrong | mutants found | sites found |"
    yield "|---|---:|---:|---:|---:|---:|"
    summed = _sums(tallies)["all", who]
    for kind, one in summed.by_kind.items():
        found = f"{one.found}/{one.mutants}" if one.mutants else ""
        sites = f"{one.named}/{one.sites}" if one.mutants else ""
        yield f"| {kind} | {one.mutants + one.twins} | {one.right} | {one.wrong} | {found} | {sites} |"


def _sums(tallies: Mapping[tuple[str, str], Tally]) -> dict[tuple[str, str], Tally]:
    sums: dict[tuple[str, str], Tally] = {}
    for (_, who), tally in tallies.items():
        summed = sums.setdefault(("all", who), Tally())
        summed.seconds += tally.seconds
        for kind, one in tally.by_kind.items():
            summed.count(kind, one)
    return sums


def _row(project: str, who: str, score: Score, seconds: float) -> str:
    cells = [
        *(str(each) for each in (score.right, score.wrong, score.unknown)),
        f"{score.precision:.3f}",
        f"{score.found}/{score.mutants} = {score.recall:.3f}",
        f"{score.found_direct}/{score.direct} = {score.direct_recall:.3f}",
        f"{score.named}/{score.sites} = {score.site_recall:.3f}",
        f"{score.accused}/{score.twins}",
        f"{seconds:.1f}",
    ]
    return f"| {project} | {who} | " + " | ".join(cells) + " |"
