"""Which analyzers look at a path, and what is fine there. Pure."""

from pathlib import PurePosixPath

_TEST_FOLDERS = frozenset({"test", "tests", "__tests__", "testdata", "fixtures", "spec", "specs"})


def is_test(path: str) -> bool:
    """Whether the file is a test or belongs to one, by the usual names."""
    given = PurePosixPath(path)
    named = given.name.startswith(("test_", "conftest.")) or given.stem.endswith(("_test", ".test", ".spec"))
    return named or not _TEST_FOLDERS.isdisjoint(given.parts[:-1])


def is_documentation(path: str) -> bool:
    """Whether people read it and no machine does."""
    return PurePosixPath(path).suffix in {".md", ".rst", ".txt", ".adoc"}


def is_in_documentation(path: str) -> bool:
    """Whether it stands beside what people read: code there is often a piece of some other."""
    return not {"doc", "docs"}.isdisjoint(PurePosixPath(path).parts[:-1])


def is_workflow(path: str) -> bool:
    """Whether GitHub runs it: a workflow, or the definition of an action."""
    given = PurePosixPath(path)
    is_yaml = given.suffix in {".yml", ".yaml"}
    return is_yaml and (given.parts[:-1] == (".github", "workflows") or given.stem == "action")
