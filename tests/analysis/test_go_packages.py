"""Which package an import of Go means, and which files make it."""

import pytest

from tests.analysis.changes import broken

LIBRARY = "package store\n\nfunc Open() {}\n"
CLOSED = "package store\n\nfunc Open(name string) {}\n"


def is_found(files: dict[str, str], path: str = "store/store.go") -> bool:
    return bool(broken(files, {path: CLOSED.replace("package store", files[path].partition("\n")[0])}))


def user(imports: str, call: str) -> str:
    return f"package app\n\nimport {imports}\n\nfunc run() {{ {call} }}\n"


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ('"example.org/shop/store"', "store.Open()"),
        ('s "example.org/shop/store"', "s.Open()"),
        ('. "example.org/shop/store"', "Open()"),
        ('(\n\t"fmt"\n\t"example.org/shop/store"\n)', "store.Open()"),
        ("`example.org/shop/store`", "store.Open()"),
    ],
)
@pytest.mark.parametrize("module", ["", "services/shop/"])
def test_an_import_is_followed_from_the_module_of_its_go_mod(imports: str, call: str, module: str):
    files = {
        f"{module}go.mod": "// ours\nmodule example.org/shop // the shop\n\nrequire example.org/other v1.0.0\n",
        f"{module}store/store.go": LIBRARY,
        f"{module}app/app.go": user(imports, call),
    }
    assert is_found(files, f"{module}store/store.go")


def test_a_package_goes_by_the_name_it_gives_itself():
    files = {
        "go.mod": "module example.org/shop\n",
        "go-store/store.go": LIBRARY,
        "app.go": user('"example.org/shop/go-store"', "store.Open()"),
    }
    assert is_found(files, "go-store/store.go")


def test_the_root_of_a_module_is_a_package_too():
    files = {
        "go.mod": "module example.org/store/v2\n",
        "store.go": LIBRARY,
        "app/app.go": user('"example.org/store/v2"', "store.Open()"),
    }
    assert is_found(files, "store.go")


@pytest.mark.parametrize(
    "replace",
    ["replace example.org/store => ../store", "replace (\n\texample.org/store v1.2.0 => ../store // for now\n)"],
)
def test_a_module_replaced_by_a_folder_is_found_there(replace: str):
    files = {
        "app/go.mod": f"module example.org/app\n\n{replace}\n",
        "app/app.go": user('"example.org/store"', "store.Open()"),
        "store/store.go": LIBRARY,
    }
    assert is_found(files)


@pytest.mark.parametrize(
    ("module", "imports"),
    [
        ("module example.org/shop\n", '"example.org/shopping/store"'),
        ("module example.org/shop\n", '"other.org/store"'),
        ("module example.org/shop\n", '_ "example.org/shop/store"'),
        ("module other.org/shop\nreplace example.org/shop => example.org/fork v1\n", '"example.org/shop/store"'),
        ("module other.org/shop\nreplace example.org/shop => ../../shop\n", '"example.org/shop/store"'),
        ("not a module\n", '"example.org/shop/store"'),
    ],
)
def test_an_import_of_another_repository_leads_nowhere(module: str, imports: str):
    assert not is_found({"go.mod": module, "store/store.go": LIBRARY, "app.go": user(imports, "store.Open()")})


@pytest.mark.parametrize(
    ("path", "package"), [("use.go", "store"), ("use_test.go", "store"), ("use_linux.go", "store")]
)
def test_the_files_of_a_folder_share_the_names_of_their_package(path: str, package: str):
    files = {"store/store.go": LIBRARY, f"store/{path}": f"package {package}\n\nfunc use() {{ Open() }}\n"}
    assert is_found(files)


@pytest.mark.parametrize("package", ["main", "store_test", "other"])
def test_another_package_in_the_same_folder_has_names_of_its_own(package: str):
    files = {"store/store.go": LIBRARY, "store/use.go": f"package {package}\n\nfunc use() {{ Open() }}\n"}
    assert not is_found(files)


def test_a_test_package_and_a_program_beside_a_library_do_not_hide_it():
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": LIBRARY,
        "store/generate.go": "//go:build ignore\n\npackage main\n\nfunc main() {}\n",
        "store/store_test.go": user('"example.org/shop/store"', "store.Open()").replace("app", "store_test"),
    }
    assert is_found(files)


def test_of_two_libraries_in_a_folder_nobody_can_say_which_is_meant():
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": LIBRARY,
        "store/old.go": "package old\n",
        "app.go": user('"example.org/shop/store"', "store.Open()"),
    }
    assert not is_found(files)


def test_a_name_another_package_cannot_use_is_not_taken_for_it():
    files = {
        "go.mod": "module example.org/shop\n",
        "store/store.go": LIBRARY.replace("Open", "open"),
        "app.go": user('"example.org/shop/store"', "store.open()"),
    }
    assert broken(files, {"store/store.go": "package store\n"}) == []
