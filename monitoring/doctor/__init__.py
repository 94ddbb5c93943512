"""What is wrong with the service, in words, and what to do: `manage.py doctor`.

A check looks at one thing and gives diagnoses of it: ok, warn or fail, what was found, and a remedy. It looks for
itself and changes nothing; what it asks has an end, because what it is for is a thing that does not answer.

diagnosis      what a check says
examination    runs the checks in turn, each within its time; skips what a failed one was needed for
settings       the system checks, and what is switched off
database       reachable, writable, migrated, its clock and connections
broker         answers, takes messages, has its queues, and somebody takes from them
work           what waits longer than it should: outbox, due jobs, leases, waits, gates; paused queues
processes      who should run and does not; beat and its calendar
github         the credential, and what it lacks
deliveries     whether what GitHub sends gets here
host           disk, memory, the web processes of this host
model          the language model, when there is one
"""
