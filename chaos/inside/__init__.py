"""What a campaign does to the service's processes from within, without a line in the service's own code.

An installed app of `chaos.inside.settings` wraps functions of the service when a process starts: `failpoints` kills,
breaks or delays it at a border (`borders`), `plants` takes a safeguard away, to see that the checker notices,
`workloads` makes reviews poisonous or light.
"""
