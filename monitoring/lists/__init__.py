"""Lists of big tables: filters, and pages by key. A page costs the same wherever it is and however much there is.

    jobs         by what their rows say; jobs/keys.py has what makes that quick
    deliveries   by what they are about
    search       what somebody may mean by what they typed
    lookup       the few rows that one name leads to
    pages        what a page is, and where the next begins

A filter that few rows fit could make a walk through millions of others. A page looks through LOOKED_THROUGH rows of
whatever narrows it down best, and says from where to go on: it may hold fewer rows than asked for, and have a next.
"""
