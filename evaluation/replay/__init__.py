"""Real changes, reviewed as if they were new: how much is said, by which rule, how long it takes, and does it help?

    changes    what is replayed: merged pull requests, or the commits of the main line
    lines      one JSON line per change, kept, so that a replay that was stopped goes on
    figures    the lines in tables
    judging    a random few of the findings, to be judged by reading the code

`python -m evaluation.replay`; docs/reference/evaluation.md has the figures, docs/reference/judged-findings.md the
verdicts.
"""
