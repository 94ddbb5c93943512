"""Counting: what a contestant said of the mutants and twins, against what is true."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from evaluation.mutants import Mutant, Spot, Verdict


@dataclass(frozen=True, slots=True)
class Score:
    """`right`, `wrong` and `unknown` count findings: callers named. `found` mutants have at least one right finding.

    `sites` are the uses that break, `named` those of them that were found. `direct` mutants have a caller that uses
    the name of the definition or of its class, and not only a variable that holds it.
    """

    right: int = 0
    wrong: int = 0
    unknown: int = 0
    mutants: int = 0
    found: int = 0
    direct: int = 0
    found_direct: int = 0
    sites: int = 0
    named: int = 0
    twins: int = 0
    accused: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Score)))

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong or 1)

    @property
    def recall(self) -> float:
        return self.found / (self.mutants or 1)

    @property
    def direct_recall(self) -> float:
        return self.found_direct / (self.direct or 1)

    @property
    def site_recall(self) -> float:
        return self.named / (self.sites or 1)


def score(mutant: Mutant, spots: Iterable[Spot], others: int = 0) -> Score:
    """`others` counts findings about definitions that were not touched: all of them are wrong."""
    told = set(spots)
    verdicts = [mutant.verdict(spot) for spot in told]
    right, wrong = verdicts.count(Verdict.RIGHT), verdicts.count(Verdict.WRONG) + others
    if mutant.is_harmless:
        return Score(0, wrong, verdicts.count(Verdict.UNKNOWN), twins=1, accused=int(wrong > 0))
    is_direct = any(site.is_direct for site in mutant.sites)
    return Score(
        right,
        wrong,
        verdicts.count(Verdict.UNKNOWN),
        mutants=1,
        found=int(right > 0),
        direct=int(is_direct),
        found_direct=int(is_direct and right > 0),
        sites=len(mutant.sites),
        named=len({mutant.broken[spot] for spot in told if spot in mutant.broken}),
    )


def total(scores: Iterable[Score]) -> Score:
    return sum(scores, Score())
