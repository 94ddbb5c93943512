"""The figures that are promised of the service in bad weather, each measured by a run of its own.

`deaths` workers that are killed, jobs that kill their workers · `outages` a server that is away for long · `restarts`
every process in turn. `python -m chaos.figures` runs them; docs/reference/fault-table.md holds what they said.
"""
