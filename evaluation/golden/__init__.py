"""Thirteen pull requests with comments that people agreed on: how many of those does a review make?

    pulls      a pull request of the test data, and a repository of two commits made of it
    overlap    when two comments are about the same lines; precision and recall
    baselines  who comments without having read anything

`python -m evaluation.golden`; docs/reference/evaluation.md has the figures and their limits.
"""
