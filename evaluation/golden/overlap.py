"""Comments against golden comments: the same file, and lines no further apart than NEAR. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, fields

#: Lines between two comments that are still about the same thing.
NEAR = 3


@dataclass(frozen=True, slots=True)
class Comment:
    """Lines are of the new side and both included."""

    path: str
    line: int
    end_line: int

    def is_near(self, other: "Comment") -> bool:
        apart = max(self.line, other.line) - min(self.end_line, other.end_line)
        return self.path == other.path and apart <= NEAR


@dataclass(frozen=True, slots=True)
class Overlap:
    """`right` comments are near a golden one, `refused` near one that people judged wrong and near no golden one.

    `met` golden comments have a comment near them.
    """

    comments: int = 0
    right: int = 0
    refused: int = 0
    golden: int = 0
    met: int = 0

    def __add__(self, other: "Overlap") -> "Overlap":
        return Overlap(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Overlap)))

    @property
    def precision(self) -> float:
        return self.right / self.comments if self.comments else 0.0

    @property
    def recall(self) -> float:
        return self.met / self.golden if self.golden else 0.0


def overlap(comments: Collection[Comment], golden: Collection[Comment], wrong: Collection[Comment]) -> Overlap:
    """`golden` are the comments people agreed on, `wrong` those they refused."""
    near_golden = [any(comment.is_near(other) for other in golden) for comment in comments]
    near_wrong = [any(comment.is_near(other) for other in wrong) for comment in comments]
    return Overlap(
        comments=len(comments),
        right=sum(near_golden),
        refused=sum(refused and not right for right, refused in zip(near_golden, near_wrong, strict=True)),
        golden=len(golden),
        met=sum(any(other.is_near(comment) for comment in comments) for other in golden),
    )
