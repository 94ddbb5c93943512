"""GitHub, as far as reviews need it: read a pull request, post one review, keep a check run, ask for lost webhooks.

`client.GitHub` names the calls, `connection` carries one request with its limits, `credentials` say what it goes as,
`answers` turns a refusal into one of `errors`, `rate_limit` reads when to come back, `shapes` and `types` read JSON
leniently, `paths` checks names. `app` acts as a GitHub App; `identity` knows from the settings whether we are one or
have a plain token. `standin` plays GitHub from a git repository for the demo and the tests. Code itself comes by git,
never through this client.
"""
