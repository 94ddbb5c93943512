"""A method is followed through what pytest hands a test, as pytest looks for it."""

import pytest

from tests.analysis.changes import broken

STORE = (
    "class Store:\n    def put(self, key):\n        return key\n\n    def __call__(self, key):\n        return key\n"
)
AFTER = STORE.replace("put(self, key)", "put(self, key, value)")
#: Without it the method would be known by its name alone.
OTHER = "class Other:\n    def put(self, key): ...\n"
FIXTURE = "@pytest.fixture\ndef {name}():\n    {body}\n\n"
USE = "def test_put(store):\n    store.put(1)\n"


def callers(files: dict[str, str], after: str = AFTER) -> list[str]:
    before = {"store.py": STORE, "other.py": OTHER}
    before |= {path: f"import pytest\nfrom store import Store\n{source}" for path, source in files.items()}
    return [path for path, *_ in broken(before, {"store.py": after})]


@pytest.mark.parametrize(
    "fixture",
    [
        FIXTURE.format(name="store", body="return Store()"),
        FIXTURE.format(name="store", body="yield Store()\n    print('done')"),
        FIXTURE.format(name="store", body="made = Store()\n    yield made"),
        FIXTURE.format(name="made", body="return Store()") + "@pytest.fixture\ndef store(made):\n    return made\n\n",
        "@pytest.fixture\ndef store() -> Store:\n    return make()\n\n",
        "@pytest.fixture(scope='module')\ndef store() -> Iterator[Store]:\n    yield make()\n\n",
        "@pytest_asyncio.fixture\nasync def store():\n    yield Store()\n\n",
    ],
)
def test_a_parameter_of_a_test_is_what_the_fixture_of_its_name_gives(fixture: str):
    assert callers({"test_store.py": fixture + USE}) == ["test_store.py"]


def test_what_a_fixture_gives_may_be_called_itself():
    after = STORE.replace("__call__(self, key)", "__call__(self, key, value)")
    fixture = FIXTURE.format(name="store", body="return Store()")
    assert callers({"test_store.py": f"{fixture}def test_call(store):\n    store(1)\n"}, after) == ["test_store.py"]


def test_a_fixture_is_looked_for_in_the_class_the_file_and_the_folders_above():
    ours, theirs = (FIXTURE.format(name="store", body=f"return {made}") for made in ("Store()", "make()"))
    method = (
        "class TestStore:\n    @pytest.fixture\n    def store(self):\n        return {}\n    def test(self, store):\n"
    )
    method += "        store.put(1)\n"
    assert callers({"tests/conftest.py": ours, "tests/unit/test_store.py": USE}) == ["tests/unit/test_store.py"]
    assert callers({"tests/conftest.py": theirs, "conftest.py": ours, "tests/test_store.py": USE}) == []
    assert callers({"tests/conftest.py": ours, "tests/test_store.py": theirs + USE}) == []
    assert callers({"conftest.py": theirs, "test_store.py": method.format("Store()")}) == ["test_store.py"]
    assert callers({"conftest.py": ours, "test_store.py": method.format("make()")}) == []


@pytest.mark.parametrize(
    "use",
    [
        "@pytest.mark.parametrize('store', stores)\n" + USE,
        "@pytest.mark.parametrize('store', stores)\nclass TestStore:\n    def test(s, store):\n        store.put(1)\n",
        USE.replace("test_put", "put_one"),
        USE.replace("store.put", "store = make(); store.put"),
        USE.replace("(store)", "(store=None)"),
        USE.replace("(store)", "(store: Other)"),
    ],
)
def test_what_is_no_fixtures_value_is_not_followed(use: str):
    assert callers({"test_store.py": FIXTURE.format(name="store", body="return Store()") + use}) == []


def test_a_fixture_that_gives_nothing_is_read_as_such():
    assert callers({"test_store.py": FIXTURE.format(name="store", body="yield") + USE}) == []


def test_a_fixture_that_gives_one_thing_or_another_is_not_followed():
    either = FIXTURE.format(name="store", body="if x:\n        yield Store()\n    else:\n        yield make()")
    assert callers({"test_store.py": either + USE}) == []
