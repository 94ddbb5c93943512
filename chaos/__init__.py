"""Breaks things on purpose, from outside.

The real processes run on a real PostgreSQL, a real RabbitMQ and a stand-in of GitHub, all reached over links that can
be cut, held and slowed (`chaos.links`). What the design promises has to hold all the same.
"""
