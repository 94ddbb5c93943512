"""Which files a file includes, and so whose names it sees.

A quoted name is looked for beside the including file; any other, and one that is not found there, among the files of
the repository whose path ends so, if that is one only. Folders that a build adds are not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath

from tree_sitter import Node

from analysis.code_graph import CodeGraph
from analysis.facts import EVERYTHING, Facts, Import
from analysis.languages.outline.outline import Text
from analysis.languages.outline.spelling import dotted

SUFFIXES = (
    ".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".h++", ".inl", ".ipp", ".tcc", ".tpp", ".txx",
)  # fmt: skip
_MAX_FILES = 3_000
_QUOTED = 1
#: Headers of C, C++, POSIX and Windows: none of a project's own names is in them.
_SYSTEM = re.compile(
    r"(?:sys|netinet|arpa|net|linux|asm|mach|bits|experimental)/[\w/.-]+|[a-z_]+"
    r"|(?:assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg"
    r"|stdatomic|stdbit|stdbool|stdckdint|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar"
    r"|wctype|aio|alloca|byteswap|cpio|dirent|dlfcn|endian|err|fcntl|fnmatch|ftw|getopt|glob|grp|iconv|ifaddrs|langinfo"
    r"|libgen|libintl|malloc|memory|monetary|mqueue|netdb|nl_types|poll|pthread|pwd|regex|resolv|sched|search|semaphore"
    r"|spawn|strings|stropts|syslog|tar|termios|ucontext|unistd|utime|utmpx|wordexp|crtdbg|direct|intrin|io|process"
    r"|share|tchar|windows|winsock2|winsock|ws2tcpip|[a-z]mmintrin|x86intrin|cpuid|arm_neon)\.h",
    re.IGNORECASE,
)
#: Headers that a build writes hold switches, and no functions.
_CONFIGURATION = re.compile(r"(?:^|[/_.-])(?:config|version|configuration|features)\.h(?:h|pp)?$")


@dataclass(frozen=True, slots=True)
class Seen:
    """`unread`: those of the files that were not read.

    `is_whole`: none of another project's headers is included, which may hold anything.
    """

    files: frozenset[str]
    unread: frozenset[str]
    is_whole: bool


def imports(node: Node, text: Text) -> Iterator[Import]:
    """An include names a file; `using` and aliases of namespaces name what they bring."""
    line = node.start_point[0] + 1
    if node.type == "preproc_include":
        yield _include(node.child_by_field_name("path"), text, line)
        return
    named = [child for child in node.named_children if child.type not in ("comment", "ERROR")]
    full = dotted(text(named[-1])) if named else ""
    module, _, last = full.rpartition(".")
    if node.type == "namespace_alias_definition":
        yield Import(module, last, text(node.child_by_field_name("name")), line)
    elif any(child.type == "namespace" for child in node.children):
        yield Import(full, EVERYTHING, "", line)
    elif last:
        yield Import(module, last, last, line)


def _include(path: Node | None, text: Text, line: int) -> Import:
    written = text(path)
    if path is None or path.type not in ("string_literal", "system_lib_string"):
        return Import("?", None, "", line)
    return Import(written[1:-1].strip(), None, "", line, level=_QUOTED if written.startswith('"') else 0)


def seen_from(graph: CodeGraph, path: str) -> Seen:
    """The file, and what it includes directly or through others."""
    known: dict[str, Seen] = graph.memo.setdefault("c includes", {})
    if path not in known:
        known[path] = _seen_from(graph, path)
    return known[path]


def _seen_from(graph: CodeGraph, path: str) -> Seen:
    files, new, is_whole = {path}, [path], True
    while new and len(files) < _MAX_FILES:
        graph.read_ahead(new)
        found: dict[str, None] = {}
        for each in new:
            for target in _included(graph, each, graph.facts(each) or Facts()):
                is_whole = is_whole and bool(target)
                found[target] = None
        new = [each for each in found if each and each not in files]
        files.update(new)
    unread = frozenset(each for each in files if graph.facts(each) is None)
    return Seen(frozenset(files), unread, is_whole and not new)


def _included(graph: CodeGraph, path: str, facts: Facts) -> Iterator[str]:
    """Paths; an empty one for a header that is not in the repository and may hold anything."""
    for each in facts.imports:
        if each.name is None and not (each.level != _QUOTED and _SYSTEM.fullmatch(each.module)):
            target = _target(graph, path, each)
            if target or not _CONFIGURATION.search(each.module):
                yield target


def _target(graph: CodeGraph, path: str, include: Import) -> str:
    beside = normpath(join(dirname(path), include.module))
    if include.level == _QUOTED and beside in graph.tree:
        return beside
    wanted = "/" + include.module.lstrip("./")
    found = [each for each in _by_name(graph).get(basename(wanted), ()) if f"/{each}".endswith(wanted)]
    return found[0] if len(found) == 1 and found[0] != path else ""


def _by_name(graph: CodeGraph) -> dict[str, list[str]]:
    if "c files" not in graph.memo:
        found: dict[str, list[str]] = {}
        for path in (path for path in graph.tree if path.endswith(SUFFIXES)):
            found.setdefault(basename(path), []).append(path)
        graph.memo["c files"] = found
    files: dict[str, list[str]] = graph.memo["c files"]
    return files
