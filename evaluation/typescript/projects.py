"""TypeScript's projects: packages of npm that ship the sources they are built from.

A checkout holds a package's sources and manifest in a repository of one commit, and beside them what npm installs.
"""

import json
import tarfile
from pathlib import Path

from evaluation.projects import Project, run

COMPILER = "typescript@5.9.3"
PROJECTS = (
    Project("rxjs", ("src/",), ("rxjs@7.8.2", "@types/node@22.19.1")),
    Project("query-core", ("src/",), ("@tanstack/query-core@5.108.0", "@types/node@22.19.1")),
    Project("chevrotain", ("src/",), ("chevrotain@11.2.0", "@types/node@22.19.1", "@types/lodash-es@4.17.12")),
)
#: The first of a project's needs is the package itself.
_CONFIGURATION = {
    "compilerOptions": {
        "target": "es2022",
        "lib": ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "strict": True,
        "skipLibCheck": True,
        "types": ["node"],
        "noEmit": True,
    },
    "include": ["src"],
}
_NPM = ("npm", "--silent", "--no-audit", "--no-fund", "--no-update-notifier")
_COMMIT = ("-c", "user.name=evaluation", "-c", "user.email=evaluation@example.org", "commit", "--quiet", "-m")
_DATES = {"GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z"}


def set_up(project: Project, data: Path, folder: Path) -> Path:
    """The checkout; made only when it is not there. Raises ProjectNotReady."""
    del data
    checkout = folder / project.name
    if not (checkout / ".git").is_dir():
        package, *needs = project.needs
        _unpack(package, checkout)
        manifest = json.loads((checkout / "package.json").read_text(encoding="utf-8"))
        installed = [f"{name}@{version}" for name, version in manifest.get("dependencies", {}).items()]
        run(
            *_NPM,
            "install",
            "--no-save",
            "--ignore-scripts",
            "--prefix",
            "needs",
            *installed,
            COMPILER,
            *needs,
            folder=checkout,
        )
        (checkout / "needs" / "node_modules").rename(checkout / "node_modules")
        commit_all(checkout)
    return checkout


def _unpack(package: str, checkout: Path) -> None:
    checkout.mkdir(parents=True, exist_ok=True)
    archive = run(*_NPM, "pack", package, folder=checkout).strip().splitlines()[-1]
    with tarfile.open(checkout / archive) as packed:
        wanted = [member for member in packed if member.name.startswith(("package/src/", "package/package.json"))]
        packed.extractall(checkout, wanted, filter="data")
    (checkout / archive).unlink()
    for unpacked in (checkout / "package").iterdir():
        unpacked.rename(checkout / unpacked.name)
    (checkout / "tsconfig.json").write_text(json.dumps(_CONFIGURATION, indent=2), encoding="utf-8")


def commit_all(checkout: Path) -> None:
    """What the folder holds, without what npm installed, as a repository of one commit."""
    git = ("git", "-C", str(checkout))
    (checkout / ".gitignore").write_text("node_modules\nneeds\npackage\n", encoding="utf-8")
    run(*git, "init", "--quiet")
    run(*git, "add", ".")
    run("env", *(f"{name}={value}" for name, value in _DATES.items()), *git, *_COMMIT, "The package's sources")
