"""Procrastinate with its defaults, in the database of the engine: LISTEN/NOTIFY, an async task, jobs kept."""

import os

from procrastinate import App, PsycopgConnector

from benchmarks.stamps import stamp

app = App(connector=PsycopgConnector(conninfo=os.environ["DATABASE_URL"]))


@app.task(name="no_op", queue="plain")
async def no_op() -> None:
    stamp()
