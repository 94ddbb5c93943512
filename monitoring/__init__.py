"""What operators and their tools read: the dashboard, REST below /workflow-queue/, health.

Reads every room; imported by none.

urls          the addresses of the operators' side (:3331)
pages/        the dashboard; templates/, static/ and templatetags/ are its
views         jobs and their history as JSON
bulk/         one action on all jobs that fit a filter; handlers registers the job that does it
serializers   which fields leave the house, each named
problems      every refusal and error as application/problem+json with the correlation id
health        has this process come up, is it alive, can it do its work
vitals        what waits longer than it should, from rows
living        the processes without HTTP, and what they run
schedule      when beat's duties run and how late they are; cron_words says it in words
sampling      some jobs of a long time, evenly spread
insights      what they tell: how long, how well, how much
lineage       everything that one delivery caused
whole         all of that at /healthz
doctor        the same and more, with what to do: manage.py doctor
healthcheck   are the processes of this host alive: manage.py healthcheck, for probes
metrics       what Prometheus scrapes
"""
