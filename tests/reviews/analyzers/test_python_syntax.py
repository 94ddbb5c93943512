import pytest

from reviews.analyzers.python_syntax import are_python


def test_each_source_is_judged_by_itself():
    assert are_python(["x = 1\n", "def f(:\n", "é = '漢'\n"]) == [True, False, True]


def test_nothing_to_judge_starts_nothing():
    assert are_python([]) == []


@pytest.mark.parametrize("source", ["(" * 10_000, "\0", "# coding: bz2\nx", "1" * 1_000_000, "x = 1\n" * 100_000])
def test_hostile_code_never_hangs_the_judge(source):
    assert len(are_python([source])) == 1
