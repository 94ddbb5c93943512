"""Methods are followed through instances as far as the code says what they are."""

import pytest

from tests.analysis.changes import broken, changes

STORE = """
class Store:
    def put(self, key, value):
        return value

    def __call__(self, key):
        return key

def make_store():
    return Store()

def named_store(name) -> "Store | None":
    return registry[name]

shared = Store()
"""
AFTER = STORE.replace("put(self, key, value)", "put(self, key, value, seconds)")


def lines(use: str, after: str = AFTER) -> list[tuple[str, int]]:
    before = {"store.py": STORE, "use.py": f"import store\nfrom store import Store, make_store, shared\n{use}"}
    return [place[:2] for place in broken(before, {"store.py": after})]


@pytest.mark.parametrize(
    "use",
    [
        "class A:\n  def __init__(self):\n    self.store = Store()\n  def f(self):\n    self.store.put(1, 2)\n",
        "class A:\n  def __init__(self, s: Store):\n    self.store = s\n  def f(self):\n    self.store.put(1, 2)\n",
        "class A:\n  store: Store\n\n  def f(self):\n    self.store.put(1, 2)\n",
        "class A:\n  def g(self):\n    self.s = None; self.s = make_store()\n  def f(self):\n    self.s.put(1, 2)\n",
        "def f():\n  s = make_store()\n\n\n  s.put(1, 2)\n",
        "def f():\n  s = store.named_store('x')\n\n\n  s.put(1, 2)\n",
        "s = store.make_store()\n\n\n\ns.put(1, 2)\n",
        "\n\ndef f():\n\n  shared.put(1, 2)\n",
        "\n\n\n\nmake_store().put(1, 2)\n",
        "class A:\n  def s(self):\n    return Store()\n  def f(self):\n    self.s().put(1, 2)\n",
        "class A:\n  def s(self):\n    return Store()\ndef f(a: A):\n  x = a.s(); x.put(1, 2)\n",
        "class A:\n  @property\n  def s(self) -> Store: ...\n  def f(self):\n    self.s.put(1, 2)\n",
    ],
)
def test_a_method_is_followed_through_what_made_its_receiver(use: str):
    assert [place[0] for place in lines(use)] == ["use.py"]


@pytest.mark.parametrize(
    "use",
    [
        "class A:\n  def g(self):\n    self.s = Store(); self.s = other()\n  def f(self):\n    self.s.put(1, 2)\n",
        "class A:\n  def g(self, Store):\n    self.s = Store()\n  def f(self):\n    self.s.put(1, 2)\n",
        "def f(x):\n  s = Store()\n  s = x\n  s.put(1, 2)\n",
        "def f(make_store):\n  s = make_store()\n  s.put(1, 2)\n",
        "def f():\n  def make():\n    return Store() if x else []\n  make().put(1, 2)\n",
        "shared = other()\nshared.put(1, 2)\n",
    ],
)
def test_what_may_be_something_else_is_not_followed(use: str):
    assert lines(use) == []


def test_a_subclass_that_makes_something_else_is_believed():
    base = "class A:\n  def __init__(self):\n    self.s = self.make()\n  def make(self):\n    return Store()\n"
    other = "class Other:\n  def put(self, key): ...\n"
    sub = "class B(A):\n  def make(self):\n    return Other()\n  def f(self):\n    self.s.put(1, 2)\n"
    assert lines(base + other + sub) == []


def test_the_call_of_an_instance_is_a_call_of_its_class():
    after = STORE.replace("__call__(self, key)", "__call__(self, key, default)")
    assert lines("def f():\n  s = Store()\n  s(1)\n", after) == [("use.py", 5)]


@pytest.mark.parametrize("made", ["cls(1)", "self.__class__(1)"])
def test_a_class_that_makes_one_of_its_own_is_a_caller_of_its_constructor(made: str):
    source = f"class Store:\n  def __init__(self, key): ...\n  def copy(self, cls):\n    return {made}\n"
    source = source.replace("self, cls", "cls" if made.startswith("cls") else "self")
    assert broken({"store.py": source}, {"store.py": source.replace("key)", "key, value)")})


def test_a_class_with_a_constructor_is_missed_when_it_is_gone():
    store = "class Store:\n    def __init__(self, key):\n        self.key = key\n"
    before = {"store.py": store, "use.py": "import store\n\nstore.Store(1)\n"}
    (change,) = changes(before, {"store.py": store.replace("class Store", "class Shop")})
    assert [caller.line for caller in change.broken_callers] == [3]


def test_a_method_gone_from_the_base_class_is_missed_through_super():
    use = "class A(Store):\n  def put(self, key, value):\n    return super().put(key, value)\n"
    assert lines(use, STORE.replace("def put", "def write")) == [("use.py", 5)]


def test_a_name_handed_on_as_a_value_is_a_use_of_it():
    source = "def handle(event): ...\n\nHANDLERS = {'x': handle}\n"
    assert broken({"a.py": source}, {"a.py": source.replace("def handle", "def process")})


def test_a_second_name_in_the_class_is_a_use_of_the_method():
    source = "class A:\n  def info(self, text): ...\n\n  debug = info\n"
    assert [place[1] for place in broken({"a.py": source}, {"a.py": source.replace("def info", "def tell")})] == [4]
