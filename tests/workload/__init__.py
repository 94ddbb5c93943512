"""Handlers that do what their job's payload says, for tests and benchmarks of the engine in real workers.

An installed app of `tests.workload.settings`; it takes the place of the product's handlers.
"""
