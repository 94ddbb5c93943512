"""A stand-in of GitHub, backed by real git repositories, for the demo and the tests. Never for production.

    with StandIn({"octo/app": path}, webhook_url="http://127.0.0.1:3332/webhooks/github", secret=b"…") as standin:
        github = GitHub(standin.base_url, standin.token)
        number = standin.open_pull_request("octo/app", base="main", head="change", title="Rename it")
        standin.reviews("octo/app", number), standin.check_runs("octo/app", sha), standin.deliveries, standin.writes

REST is at `base_url`, git at `{git_url}/OWNER/NAME.git`, all state as JSON at `{git_url}/standin/state`, and the verbs
over HTTP at `POST {git_url}/standin/do` {"verb": "push", "arguments": {…}} with the token. Reviews whose comments are
off the diff are refused as GitHub refuses them; `fail_next` orders a failure, `set_weather` makes them fall as a seed
has it. What it answers is held against GitHub's published OpenAPI description by the tests. `replay` opens recorded
pull requests of real projects.

Map: `server` the verbs · `handler` HTTP · `rest`, `calls` the table of calls · `changed_files` the diff, `reviewing`,
`checking`, `conversation`, `threads` the rules of writing · `installations`, `installing` a GitHub App and its
tokens · `payloads`, `writings`, `events` GitHub's JSON · `hosted`, `hunks`, `git_http` git · `deliveries` webhooks,
`hooks` a look back at them · `faults`, `weather` what goes wrong · `state` all of it as JSON · `log` what happened, in
a file that survives a kill.
"""

from integrations.github.standin.deliveries import Delivery
from integrations.github.standin.server import StandIn

__all__ = ["Delivery", "StandIn"]
