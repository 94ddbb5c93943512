"""Faults from outside: each a generator that breaks something, says what, and mends it when it goes on.

    @fault(group="broker", seconds=(1, 4))
    def broker_killed(world, rng):
        kill_broker(world)
        yield "RabbitMQ"
        world.rabbitmq.start()

`kinds` what a fault is · `processes` kill, freeze and restart what is ours · `servers` do the same to PostgreSQL and
RabbitMQ · `network` breaks the links · `provider` is GitHub's weather · `host` the disk and the power · `hands` what
people and other programs do. The injector (chaos/injector.py) deals them. What a process does to itself from within is
chaos/inside.
"""

from chaos.faults import hands, host, network, processes, provider, servers
from chaos.faults.kinds import KINDS, Kind

__all__ = ["KINDS", "Kind", "hands", "host", "network", "processes", "provider", "servers"]
