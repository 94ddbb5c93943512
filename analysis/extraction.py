"""One file's bytes to its facts. Pure, apart from the clock that limits it."""

from analysis.facts import Facts
from analysis.languages.language import Language, captured
from analysis.parsing import NotParsed, parse

#: Part of the key facts are stored under. Raise it whenever the same bytes would give other facts,
#: or a commit other files.
EXTRACTOR_VERSION = 5


def extract_facts(source: bytes, language: Language) -> Facts:
    """What the file says about itself. Raises NotParsed."""
    if language.is_costly(source):
        raise NotParsed("is nested too deeply")
    tree = parse(source, language.grammar)
    return language.extract(source, tree.root_node, captured(language.grammar, language.query, tree.root_node))
