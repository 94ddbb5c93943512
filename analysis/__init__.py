"""The code graph: what a repository's code defines and refers to at a commit, and what a change breaks in it.

    building     a commit's graph: facts of the files not known yet, and the list of its files    handlers
    extraction   one file → facts (definitions, references, imports), by language                  parsing, languages
    models       facts by the file's git object id, so a second commit costs its changed files only
    graph        the facts of all files of a commit, loaded as far as they are asked for           code_graph
    contracts    what definitions promised before and promise after
    impact       the callers that still rely on the old promise                                    resolution, reach

A graph job is its own workflow type and ends with the event `ast.completed`. "Not in the graph" never means "not in
the code": a doubt on the way to a definition always speaks for the caller.
"""
