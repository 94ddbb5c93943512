"""Which metrics a PromQL expression reads. Enough of its grammar for that; what is not understood is refused.

https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

import re

TOKEN = re.compile(
    r"""\s+ | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)
    | (?P<range>\[[^\]]*\])
    | (?P<number>(?:0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:ms|[smhdwy](?:\d+(?:ms|[smhdwy]))*)?)
    | (?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)
    | (?P<sign>==|!=|=~|!~|>=|<=|[-+*/%^><=(){},@])""",
    re.VERBOSE,
)
#: Behind these stands a list of labels in parentheses.
BEFORE_LABELS = {"by", "without", "on", "ignoring", "group_left", "group_right"}
WORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan", "atan2", "start", "end"}


def metrics_in(expression: str) -> set[str]:
    """The names of the metrics; ValueError for what is no PromQL as far as this goes."""
    tokens = _tokens(expression)
    names: set[str] = set()
    place = 0
    while place < len(tokens):
        kind, text = tokens[place]
        follows = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        if text == "{":
            place = _behind(tokens, place, "}")
        elif kind == "name" and text in BEFORE_LABELS and follows == "(":
            place = _behind(tokens, place + 1, ")")
        else:
            # `sum by (type) (…)`: an operator, too, is followed by no parenthesis of its own.
            is_metric = kind == "name" and follows not in {"(", "by", "without"}
            if is_metric and text.lower() not in WORDS | BEFORE_LABELS:
                names.add(text)
            place += 1
    return names


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while place < len(expression):
        found = TOKEN.match(expression, place)
        if not found:
            raise ValueError(f"not understood: {expression[place:]}")
        if found.lastgroup:
            tokens.append((found.lastgroup, found[0]))
        place = found.end()
    return tokens


def _behind(tokens: list[tuple[str, str]], place: int, end: str) -> int:
    for number in range(place + 1, len(tokens)):
        if tokens[number][1] == end:
            return number + 1
    raise ValueError(f"{end} is missing")
