"""A project's tests, run under watch, tell which use led to which definition."""

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.python.projects import WATCHER
from evaluation.python.witness import Call, Witness, read_witness

LIB = """
import functools

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

class Base:
    def __init__(self, name):
        self.name = name

    def greet(self, word):
        return word + self.name

class Polite(Base):
    def greet(self, word):
        return super().greet(word)

@logged
def shout(text):
    return text.upper()

async def later():
    return 1
"""
TEST = """
import asyncio
from lib import Polite, later, shout

def test_all():
    someone = Polite(name="x")
    hello = someone.greet
    assert hello("a") == "ax"
    assert shout("a") == "A"
    asyncio.run(later())

def never_run(x):
    return shout(x)
"""


@pytest.fixture(scope="module")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Witness:
    folder: Path = tmp_path_factory.mktemp("project")
    (folder / "lib.py").write_text(LIB)
    (folder / "test_lib.py").write_text(TEST)
    (folder / "pyproject.toml").write_text("")
    output = folder / "seen.json"
    command = [sys.executable, str(WATCHER), ".", str(output), "-q", "-c", "pyproject.toml", "-p", "no:django"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return read_witness(output)


def leading_to(witness: Witness, qualname: str) -> list[tuple[str, int, str]]:
    return sorted(
        (use.path, use.line, led.way)
        for key, found in witness.leading_to.items()
        if key[1] == qualname
        for use, led in found
    )


def test_a_method_is_seen_through_super_and_through_a_variable(witness: Witness):
    assert ("lib.py", 19, "direct") in leading_to(witness, "Base.greet")
    assert leading_to(witness, "Polite.greet") == [("test_lib.py", 7, "direct"), ("test_lib.py", 8, "direct")]


def test_a_class_leads_to_its_constructor(witness: Witness):
    assert leading_to(witness, "Base.__init__") == [("test_lib.py", 6, "class")]


def test_a_wrapper_leads_to_what_it_wraps(witness: Witness):
    assert ("test_lib.py", 9, "wrapped") in leading_to(witness, "shout")


def test_a_coroutine_function_is_seen_where_it_is_called(witness: Witness):
    assert ("test_lib.py", 10, "direct") in leading_to(witness, "later")


def test_an_import_is_a_use(witness: Witness):
    kinds = {use.kind for use in witness.on_line["test_lib.py", 3]}
    assert kinds == {"import"}


def test_the_arguments_are_written_down(witness: Witness):
    (use,) = [use for use in witness.named["Polite"] if use.call]
    assert use.call == Call(0, ("name",), usage="kept")


def test_what_no_test_reached_is_there_and_not_executed(witness: Witness):
    (use,) = [use for use in witness.on_line["test_lib.py", 13] if use.name == "shout"]
    assert (use.executed, use.led) == (False, ())
