"""How right contract findings are, and how many there should be: measured on mutants of real projects.

    projects           the projects, each with a checkout, an environment and a watched run of its tests
    inside_a_project   the watching program; it runs under the project's interpreter, not ours
    witness            what the watched run saw: which use of a name led to which definition
    python             mutations that break a contract, twins that do not; another language is a package beside it
    mutants            drawn by a seed, with what must be found known by construction, and committed
    contestants        ours, a search for the name, jedi: which callers does a commit break?
    scores, report     counting and tables

`python -m evaluation`, or `make eval`; docs/reference/evaluation.md has the latest figures and what they leave out.
"""
