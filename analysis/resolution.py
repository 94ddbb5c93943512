"""What following a reference can end in. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.facts import Definition


class Tier(StrEnum):
    """How a reference was followed to its definition, surest first."""

    SAME_FILE = "same file"
    PACKAGE = "same package"
    IMPORT = "import"
    REEXPORT = "re-export"
    OWN_CLASS = "own class"
    QUALIFIED = "full name"
    INSTANCE = "instance"
    NAME = "sole name"


CONFIDENCE = {
    Tier.SAME_FILE: 0.97,
    Tier.PACKAGE: 0.95,
    Tier.IMPORT: 0.95,
    Tier.REEXPORT: 0.9,
    Tier.OWN_CLASS: 0.9,
    Tier.QUALIFIED: 0.9,
    Tier.INSTANCE: 0.85,
    Tier.NAME: 0.75,
}


@dataclass(frozen=True, slots=True)
class Found:
    """`implicit` counts leading parameters the language itself passes: `self` of a bound method."""

    path: str
    definition: Definition
    tier: Tier
    implicit: int = 0

    @property
    def confidence(self) -> float:
        return CONFIDENCE[self.tier]

    @property
    def key(self) -> tuple[str, str]:
        return self.path, self.definition.qualname


@dataclass(frozen=True, slots=True)
class Missing:
    """The file where the name would have to be is known, fully read, and does not have it."""

    path: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell from here: another library, a variable, code made at run time."""


Resolution = Found | Missing | Unknown
UNKNOWN = Unknown()
