"""Reading repositories that strangers wrote: bare mirrors, fetched by exact commit, read object by object.

mirror.py is the door, commands.py the one place that starts git and hardens it. Nothing is ever checked out, so no
link is followed, no filter or hook runs, and a path is only a name. Not for writing to a repository.
"""
