"""What code emits: the correlation id, JSON logs, errors to Sentry. A leaf: it imports none of the other rooms.

One id, made by GitHub for a delivery or by us for anything else, is bound once per request or attempt and
cleared once; every log line and error carries it.
"""
