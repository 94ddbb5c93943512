"""What code emits: the correlation id, JSON logs, errors to Sentry, counts. A leaf: it imports no other room.

One id, made by GitHub for a delivery or by us for anything else, is bound once per request or attempt and
cleared once; every log line and error carries it.
"""
