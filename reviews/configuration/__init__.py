"""How pull requests are reviewed, as `.kodus.yml` and the levels above it say. All but `reading` is pure.

    declaration  every key, its type, its default, what it means
    globs        the patterns that may stand in it
    documents    bytes of YAML → values that remember their lines
    validation   values against the declaration → problems in plain words
    levels       service, organization, repository → one effective configuration
    reading      where each level stands
    files        which files of a change are left out
    proposed     problems of the file that a pull request brings, as findings
    rendering    the effective configuration as text and Markdown, each value with who set it
    schema       the declaration as JSON Schema and as the table of the reference page

The stage that reads it is stages/read_configuration.py.
"""
