"""A method on a receiver nobody knows is told by its name, where the name and the arguments say enough."""

import pytest

from analysis.impact import ContractChange
from tests.analysis.changes import broken, changes

QUEUE = "class Queue:\n    def put_task(self, task): ...\n"
AFTER = QUEUE.replace("task)", "task, priority)")
USE = "def use(queue):\n    queue.put_task(1)\n"


def guessed(after: str = AFTER, **files: str) -> list[ContractChange]:
    before = {"jobs.py": QUEUE, "use.py": USE, **{f"{name}.py": text for name, text in files.items()}}
    return [change for change in changes(before, {"jobs.py": after}) if change.broken_callers]


def test_the_only_method_of_that_name_is_meant():
    (change,) = guessed()
    assert [(caller.path, caller.line, caller.resolution) for caller in change.broken_callers] == [
        ("use.py", 2, "sole name")
    ]


@pytest.mark.parametrize("after", ["class Queue: ...\n", QUEUE.replace("put_task", "add_task")])
def test_a_name_that_nobody_has_any_more_is_missed(after: str):
    assert guessed(after)


def test_the_old_name_kept_beside_the_new_one_breaks_nobody():
    assert guessed(QUEUE.replace("put_task", "add_task") + "    put_task = add_task\n") == []


@pytest.mark.parametrize(
    "other",
    [
        "class Other:\n    def put_task(self, task): ...\n",
        "class Other:\n    def __init__(self, put_task):\n        self.put_task = put_task\n",
    ],
)
def test_a_name_that_others_have_too_says_nothing(other: str):
    assert guessed(other=other) == []


def test_the_arguments_tell_which_of_two_methods_is_meant():
    assert guessed(other="class Other:\n    def put_task(self, task, to, at): ...\n")


def test_an_override_that_takes_something_else_breaks_the_callers_of_its_base():
    (change,) = guessed(
        AFTER.replace("Queue", "Queue(Base)").replace("class", "from base import Base\nclass"),
        base="class Base:\n    def put_task(self, task): ...\n",
    ) or guessed(AFTER)
    assert change.definition == "Queue.put_task"


@pytest.mark.parametrize("name", ["append", "get", "start", "run"])
def test_a_name_that_objects_of_the_standard_library_have_says_nothing(name: str):
    queue, use = QUEUE.replace("put_task", name), USE.replace("put_task", name)
    after = queue.replace("task)", "task, priority)")
    assert broken({"jobs.py": queue, "use.py": use}, {"jobs.py": after}) == []


def test_another_library_s_objects_are_not_ours():
    assert broken({"jobs.py": QUEUE, "use.py": "import rq\nrq.put_task(1)\n"}, {"jobs.py": AFTER}) == []


def test_a_method_of_that_name_in_another_language_is_not_meant():
    files = {"jobs.py": QUEUE, "use.py": USE, "queue.ts": "export class Queue { put_task(owner, task) {} }\n"}
    assert [place[:2] for place in broken(files, {"jobs.py": AFTER})] == [("use.py", 2)]
