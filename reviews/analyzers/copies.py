"""Changed files on disk for a tool, under names of our own: no path of the repository is ever created here."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from reviews.analyzers.shape import AnalyzerFailed, SourceFile


def copy_into(
    folder: Path, files: Sequence[SourceFile], *, name_of: Callable[[PurePosixPath], str]
) -> Mapping[str, str]:
    """Write each file into a folder of its own in `folder`; the paths of the repository by those of the copies.

    `name_of` gives the copy's name from the path in the repository: what the name means to the tool, and no more.
    """
    origins = {}
    for index, file in enumerate(files):
        copy = folder / f"f{index:05}" / name_of(PurePosixPath(file.path))
        copy.parent.mkdir()
        copy.write_bytes(file.content)
        origins[str(copy.relative_to(folder))] = file.path
    return origins


def origin_of(reported: str, *, folder: Path, origins: Mapping[str, str], analyzer: str) -> str:
    """The path in the repository of the copy that a tool speaks of, in whichever way it writes paths."""
    try:
        return origins[reported.removeprefix(f"{folder}/").removeprefix("./")]
    except KeyError:
        raise AnalyzerFailed(analyzer, "spoke of a file it was not given") from None
