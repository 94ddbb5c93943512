"""How right contract findings are, and how many there should be: measured on mutants of real projects.

    projects           the projects, each in a checkout of its own
    mutants, edits     what a mutant is, how they are drawn by a seed, and how they become commits
    language           what a language offers to be evaluated
    python             judged by a watched run of a project's own tests
    compiled           the frame for languages that are judged by their compiler
    contestants        ours, a search for the name: which callers does a commit break?
    scores, report     counting and tables
    golden             reviews beside comments that people agreed on
    replay             reviews of merged pull requests: how much is said, how long it takes, and does it help?
    reviewing, ground  one change through the review's own pipeline, and what that needs

`python -m evaluation`, or `make eval`; docs/reference/mutants.md has the latest figures and what they leave out.
"""
