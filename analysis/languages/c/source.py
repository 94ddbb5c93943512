"""The text as the grammars can read it: they know no preprocessor, so what it takes away is blanked where it stands.

Every byte keeps its place and every line its number. Read line by line, and no further into a line than a person would
write one: a stranger's file may hold anything.
"""

import re
from collections.abc import Iterator

_MAX_LINE = 200
_IF_CPP = re.compile(
    rb"[ \t]*+#[ \t]*+if(?:def[ \t]++__cplusplus|[ \t]++defined[ \t(]*+__cplusplus[ \t)]*+)[ \t]*+(?:/|$)"
)
_END = re.compile(rb"[ \t]*+#[ \t]*+endif\b")
_DIRECTIVE = re.compile(rb"[ \t]*+#")
#: `extern "C" {`, or the brace that ends it.
_LINKAGE = re.compile(rb"[ \t]*+(?:extern[ \t]++\"C\"[ \t]*+\{?|[{}])?[ \t]*+(?:/.*)?\r?$")
#: `class SHOP_EXPORT Cart {`
_EXPORTED = re.compile(
    rb"\b(?:class|struct|union)[ \t]++([A-Z][A-Z0-9_]++(?:\([^()]*\))?)"
    rb"(?=[ \t]++\w++(?:[ \t]++final)?[ \t]*+(?:\{|:[^:]|$))"
)
_MACRO = rb"_*[A-Z][A-Z0-9_]*+(?:[ \t]*+\((?:[^()]|\([^()]*+\))*+\))"
_STATEMENT = re.compile(rb"[ \t}]*+(?:if|else|while|for|switch|do|return|case|default|goto)\b")
#: `int print(const char *format, ...) LIKE_PRINTF(1, 2);`
_ATTRIBUTE = re.compile(rb"\)(?:[ \t]*+const\b)?([ \t]++" + _MACRO + rb"?)[ \t]*+[;{]")
#: The same on a line of its own, and the line before that.
_ALONE = re.compile(rb"[ \t]++(" + _MACRO + rb"?)[ \t]*+[;{]")
_OPEN = re.compile(rb".*\)(?:[ \t]*+const)?[ \t\r]*+$")
#: `size_t used GUARDED_BY(lock);`
_GUARDED = re.compile(rb"^[ \t]*+[\w:<>*&, ]+[ \t*&>]\w++(?:\[[^\]]*+\])?([ \t]++" + _MACRO + rb")[ \t]*+[;=]")
#: A line without any of it holds none of the above.
_CANDIDATE = re.compile(
    rb"\)[ \t]++(?:const[ \t]++)?_*[A-Z]|[\w\]][ \t]++[A-Z][A-Z0-9_]*+[ \t(]|^[ \t]++_*[A-Z][A-Z0-9_]*+[ \t(;{]"
)
_CPP_WORD = re.compile(rb"\b(?:template|namespace|using|public|private|protected|class|std)\b|C\+\+")
_SAYS_CPP = re.compile(
    rb"[ \t]*+(?:template[ \t]*+<|(?:inline[ \t]++)?namespace\b[ \t]*+[\w:]*+[ \t]*+(?:\{|\r?$)|using[ \t]++[a-z_]|"
    rb"(?:public|private|protected)[ \t]*+:|(?:enum[ \t]++)?class[ \t]++\w[^;=(){:]*+(?:[{:;]|\r?$)|"
    rb"extern[ \t]++\"C\+\+\")"
)
_NAMES_CPP = re.compile(rb"\bstd::\w")
_NO_LINE = re.compile(rb"[^\n\r]")


def says_cpp(source: bytes) -> bool:
    """Whether a header is of C++, outside of what it says to compilers of C++ alone."""
    if not _CPP_WORD.search(source):
        return False
    lines = source.split(b"\n")
    for start, end in _for_cpp(lines):
        lines[start:end] = [b""] * (end - start)
    heads = [line[:_MAX_LINE] for line in lines if _CPP_WORD.search(line)]
    return any(_SAYS_CPP.match(head) or _NAMES_CPP.search(head) for head in heads)


def readable(source: bytes, *, is_cpp: bool) -> bytes:
    lines = source.split(b"\n")
    for start, end in _for_cpp(lines):
        if not is_cpp or all(map(_LINKAGE.match, lines[start + 1 : end - 1])):
            lines[start:end] = map(_blank, lines[start:end])
    before = b""
    for number, line in enumerate(lines):
        if len(line) <= _MAX_LINE and _CANDIDATE.search(line) and not _STATEMENT.match(line):
            lines[number] = _without_macros(line, before, is_cpp=is_cpp)
        before = line
    return b"\n".join(lines)


def _for_cpp(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    """From each `#ifdef __cplusplus` up to its `#endif`, where no other directive is between them."""
    start = -1
    for number, line in enumerate(lines):
        if b"#" not in line or not _DIRECTIVE.match(line):
            continue
        if start >= 0 and _END.match(line):
            yield start, number + 1
        start = number if _IF_CPP.match(line) else -1


def _without_macros(line: bytes, before: bytes, *, is_cpp: bool) -> bytes:
    if is_cpp:
        line = _EXPORTED.sub(_without_word, line)
        line = _GUARDED.sub(_without_word, line, count=1)
    if b")" in line:
        line = _ATTRIBUTE.sub(_without_word, line, count=1)
    continues = len(before) <= _MAX_LINE and _OPEN.match(before) and not _STATEMENT.match(before)
    return _ALONE.sub(_without_word, line, count=1) if continues and _ALONE.match(line) else line


def _blank(line: bytes) -> bytes:
    return _NO_LINE.sub(b" ", line)


def _without_word(found: re.Match[bytes]) -> bytes:
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return found[0][:start] + _blank(found[1]) + found[0][end:]
