"""The pages operators look at: server-rendered, live by polling, whole without JavaScript.

    urls            their addresses
    frame           what stands around each page, and how its live part is told that nothing changed
    pulse           the vitals, at most some seconds old, at no cost to the page
    live_jobs       what is ready, running and waiting, by queue and by worker
    overview        is all well?         numbers, verdicts, attention: what it says of that
    jobs, job       the list, and one with its timeline, findings and actions; timeline, queries
    export          the list of jobs as a file
    search          the box in the header; what it may mean is in monitoring/lists/
    lineage         from a delivery to the posted comment; story tells its steps, outside has others' addresses
    insights        metrics for people; panels, chart: how they are drawn, spreadsheet: the same as CSV
    deliveries      what GitHub sent, and doing it once more
    queues          how full, how late, who takes from it
    workers         who runs what
    schedules       when the calendar's duties run next
    sign_in         the way in and out
    headers         what browsers are told to refuse; reports of what they refused

Each page reads rows by an index and counts no table: there may be five million jobs.
"""
