import pytest

from reviews.analyzers.copies import copy_into, origin_of
from reviews.analyzers.places import is_test
from reviews.analyzers.reported import known_shape, parsed
from reviews.analyzers.shape import AnalyzerFailed, SourceFile


@pytest.mark.parametrize("path", ["../../evil.py", "/etc/evil.py", "-rf.py", "a\nb.py", ".git/x.py", "x" * 400])
def test_no_path_of_the_repository_is_written_to(tmp_path, path):
    origins = copy_into(tmp_path, [SourceFile(path, b"x")], name_of=lambda given: f"module{given.suffix}")
    (copy,) = origins
    assert origins[copy] == path
    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()] == [copy]


def test_a_copy_is_known_however_the_tool_writes_its_path(tmp_path):
    origins = copy_into(tmp_path, [SourceFile("a.py", b"")], name_of=lambda _: "module.py")
    for told in ("f00000/module.py", "./f00000/module.py", f"{tmp_path}/f00000/module.py"):
        assert origin_of(told, folder=tmp_path, origins=origins, analyzer="tool") == "a.py"
    with pytest.raises(AnalyzerFailed, match="not given"):
        origin_of("/etc/passwd", folder=tmp_path, origins=origins, analyzer="tool")


def test_what_is_not_json_and_what_has_another_shape_are_the_analyzers_failure():
    with pytest.raises(AnalyzerFailed, match="not JSON"):
        parsed("tool", b"Oops")
    with pytest.raises(AnalyzerFailed, match="unknown shape"), known_shape("tool"):
        parsed("tool", b"[]")["results"]


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        *(("tests/a.py", True), ("test_a.py", True), ("a_test.go", True), ("a.test.ts", True), ("a.spec.tsx", True)),
        *(("conftest.py", True), ("src/__tests__/a.js", True), ("a.py", False), ("contest.py", False)),
        *(("latest/a.py", False), ("testing.py", False)),
    ],
)
def test_tests_are_known_by_the_usual_names(path, tests):
    assert is_test(path) is tests
