"""What the product does: review a pull request, once per head commit, with few and right findings.

requests.py asks for a review → handlers.py runs it as a job → pipeline.py walks stages/ over a context.py value,
checkpointed after each. The rules are pure (eligibility, reviewable, contracts, findings, comments, reports);
effects.py makes each write on GitHub happen once; records.py keeps what came of it.
"""
