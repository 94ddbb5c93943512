import pytest

from reviews.attributes import declared


@pytest.mark.parametrize(
    ("line", "path", "why"),
    [
        ("*.gen.py linguist-generated", "a/b.gen.py", "generated"),
        ("*.gen.py linguist-generated=true", "b.gen.py", "generated"),
        ("*.gen.py text linguist-vendored eol=lf", "b.gen.py", "vendored"),
        ("*.gen.py -linguist-generated", "b.gen.py", ""),
        ("*.gen.py linguist-generated=false", "b.gen.py", ""),
        ("api/*.py linguist-generated", "api/x.py", "generated"),
        ("api/*.py linguist-generated", "api/deep/x.py", ""),
        ("api/** linguist-generated", "api/deep/x.py", "generated"),
        ("/api/**/x.py linguist-generated", "api/x.py", "generated"),
        ("**/snap/* linguist-generated", "a/b/snap/x", "generated"),
        ("# *.py linguist-generated", "x.py", ""),
        ("*.py diff=python", "x.py", ""),
        ("", "x.py", ""),
    ],
)
def test_a_line_declares_the_paths_it_matches(line, path, why):
    assert declared(line)(path) == why


def test_a_later_line_overrules_an_earlier_one():
    why = declared("*.py linguist-generated\nreal.py -linguist-generated\n")
    assert (why("made.py"), why("real.py")) == ("generated", "")


@pytest.mark.parametrize("pattern", ["**/" * 50 + "x", "*a" * 100 + "b/x", "[" * 100 + "/x"])
def test_a_hostile_pattern_costs_nothing(pattern):
    assert declared(f"{pattern} linguist-generated")("a" * 200 + "/" + "a/" * 200) == ""
