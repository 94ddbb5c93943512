"""GET /metrics for Prometheus: what rows say at this moment, and what processes have counted.

scrape        all of it as text, each part by itself, kept for some seconds
live          jobs, waits, leases and messages that are not over, from the partial indexes of the live ones
deliveries    what came and what did not
surroundings  database, broker, disk, schedules
counted       the counters of all processes of this host (telemetry/counting.py)
families      gauges as the parts make them

Nothing here counts what is over: that would read a big table. Ends are counted when they happen (docs/adr/0027).
"""
