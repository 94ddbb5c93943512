"""The languages we read. To add one: a package beside `python/` that offers a Language, and one line below."""

import re

from analysis.languages.c import CPP, C
from analysis.languages.csharp import CSHARP
from analysis.languages.go import GO
from analysis.languages.java import JAVA
from analysis.languages.kotlin import KOTLIN
from analysis.languages.language import Language
from analysis.languages.manifests import GO_MODULE, MANIFEST
from analysis.languages.php import PHP
from analysis.languages.python import PYTHON
from analysis.languages.ruby import RUBY
from analysis.languages.rust import RUST
from analysis.languages.typescript import JAVASCRIPT, TSX, TYPESCRIPT

LANGUAGES: tuple[Language, ...] = (
    PYTHON, TYPESCRIPT, TSX, JAVASCRIPT, RUBY, RUST, PHP, CSHARP, KOTLIN, C, CPP, GO, JAVA,
)  # fmt: skip

_by_suffix = {suffix: language for language in LANGUAGES for suffix in language.suffixes}
_MANIFEST = re.compile(r"(?:^|/)(?:package|jsconfig|tsconfig(?:\.[\w-]+)*)\.json$")


def language_of(path: str) -> Language | None:
    """The language of a file, by its name; None when we do not read it."""
    return _by_suffix.get(path[path.rfind(".") :]) if "." in path else None


def names_of(path: str) -> tuple[str, ...]:
    """What a configuration may call it; a header may be of C or of C++."""
    language = language_of(path)
    return () if language is None else (C.name, CPP.name) if path.endswith(".h") else (language.name,)


def reader_of(path: str) -> Language | None:
    """The same for whatever a graph holds: code, and the manifests it needs."""
    return language_of(path) or _manifest_of(path)


def _manifest_of(path: str) -> Language | None:
    if path.rpartition("/")[2] == "go.mod":
        return GO_MODULE
    return MANIFEST if _MANIFEST.search(path) else None
