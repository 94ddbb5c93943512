"""`make demo`: one pull request from webhook to review on this machine, with no account and no configuration.

Everything is real but GitHub, which is played by the stand-in of integrations/github: the service's own processes,
its database and broker, git, the signed webhook. State is kept in `.kodus/demo` and made anew on each run.
"""
