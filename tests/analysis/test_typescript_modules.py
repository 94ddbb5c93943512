"""Which file a module name means, by TypeScript's rules and by the repository's own manifests."""

import pytest

from analysis.building import build_missing_graphs
from analysis.graph import load_graph
from analysis.languages.typescript.modules import NoFile, module_file
from integrations.git.mirror import open_mirror
from tests.analysis.repositories import Repository, graph_of

TSCONFIG = (
    '{ // why\n "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["./shop/*"], "cost": ["shop/prices"], }, } }'
)


def file_of(module: str, *paths: str, importer: str = "app/bills.ts", **manifests: str) -> str | NoFile:
    files = dict.fromkeys(paths, "") | {name.replace("__", "/") + ".json": text for name, text in manifests.items()}
    return module_file(graph_of(files), importer, module)


@pytest.mark.parametrize(
    ("module", "path"),
    [
        ("./a", "app/a.ts"),
        ("./a", "app/a.tsx"),
        ("./a", "app/a.d.ts"),
        ("./a", "app/a.js"),
        ("./a", "app/a/index.ts"),
        ("./a.js", "app/a.ts"),
        ("./a.js", "app/a.tsx"),
        ("./a.jsx", "app/a.tsx"),
        ("./a.mjs", "app/a.mts"),
        ("./a.cjs", "app/a.cts"),
        ("./a.js", "app/a.js.ts"),
        ("./a.service", "app/a.service.ts"),
        ("./a.ts", "app/a.ts"),
        ("../a", "a.ts"),
        ("..", "index.ts"),
        (".", "app/index.js"),
        ("./", "app/index.ts"),
        ("./b/../a", "app/a.ts"),
    ],
)
def test_a_relative_name_means_the_file_typescript_means(module: str, path: str):
    assert file_of(module, path) == path


def test_a_source_comes_before_what_it_is_compiled_to_and_a_file_before_a_folder():
    assert file_of("./a", "app/a.js", "app/a/index.ts", "app/a.ts") == "app/a.ts"
    assert file_of("./a.js", "app/a.js", "app/a.ts") == "app/a.ts"
    assert file_of("./a/", "app/a/index.ts", "app/a.ts") == "app/a/index.ts"


@pytest.mark.parametrize(("module", "why"), [("./a", NoFile.GONE), ("a", NoFile.FOREIGN), ("../../a", NoFile.FOREIGN)])
def test_a_name_without_a_file_says_why(module: str, why: NoFile):
    assert file_of(module, "app/b.ts") is why


@pytest.mark.parametrize(
    ("manifests", "module"),
    [
        ({"tsconfig": TSCONFIG}, "@/prices"),
        ({"tsconfig": TSCONFIG}, "cost"),
        ({"tsconfig": TSCONFIG}, "shop/prices"),
        ({"jsconfig": '{"compilerOptions": {"paths": {"~/*": ["missing/*", "./shop/*"]}}}'}, "~/prices"),
        ({"tsconfig": '{"extends": "./tsconfig.base.json"}', "tsconfig.base": TSCONFIG}, "@/prices"),
        (
            {"app__tsconfig": '{"extends": "../etc/tsconfig"}', "etc__tsconfig": TSCONFIG.replace('"."', '".."')},
            "cost",
        ),
        ({"tsconfig": '{"references": [{"path": "./tsconfig.app.json"}]}', "tsconfig.app": TSCONFIG}, "@/prices"),
        ({"shop__package": '{"name": "@acme/shop", "main": "prices.ts"}'}, "@acme/shop"),
        ({"shop__package": '{"name": "shop", "main": "dist/index.js"}'}, "shop/prices"),
        ({"shop__package": '{"name": "s", "exports": {".": "./x.js", "./p": {"import": "./prices.js"}}}'}, "s/p"),
        ({"package": '{"name": "s", "exports": "./shop/prices.ts"}'}, "s"),
    ],
)
def test_another_name_means_what_the_manifests_say(manifests: dict[str, str], module: str):
    assert file_of(module, "shop/prices.ts", **manifests) == "shop/prices.ts"


def test_a_package_whose_entry_is_built_means_its_source():
    package = '{"name": "@acme/shop", "main": "./dist/index.js", "types": "./dist/index.d.ts"}'
    assert file_of("@acme/shop", "shop/src/index.ts", shop__package=package) == "shop/src/index.ts"


def test_the_longest_pattern_is_asked_first():
    paths = '{"compilerOptions": {"paths": {"@/*": ["./a/*"], "@/b/*": ["./c/*"]}}}'
    assert file_of("@/b/d", "a/b/d.ts", "c/d.ts", tsconfig=paths) == "c/d.ts"


def test_the_nearest_configuration_alone_counts():
    assert file_of("@/prices", "shop/prices.ts", tsconfig=TSCONFIG, app__tsconfig="{}") is NoFile.FOREIGN


@pytest.mark.parametrize(
    "manifest",
    ["{", "[]", '{"compilerOptions": {"paths": {"*": 1}}}', '{"extends": "./tsconfig"}', '{"name": {}}', ""],
)
def test_a_manifest_that_says_nothing_leads_nowhere(manifest: str):
    assert file_of("@/prices", "shop/prices.ts", tsconfig=manifest, package=manifest) is NoFile.FOREIGN


def test_data_is_no_module():
    assert file_of("../package.json", package="{}") is NoFile.FOREIGN


@pytest.mark.django_db
def test_a_built_graph_has_the_manifests(tmp_path):
    repository = Repository(tmp_path / "repository")
    sha = repository.commit({"tsconfig.json": TSCONFIG, "shop/prices.ts": "", "other.json": "{}"})
    mirror = open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))
    build_missing_graphs(mirror, "octo/app", [sha], between_batches=lambda: None)
    graph = load_graph("octo/app", sha)
    assert sorted(graph.tree) == ["shop/prices.ts", "tsconfig.json"]
    assert module_file(graph, "app/bills.ts", "@/prices") == "shop/prices.ts"
