"""One more voice: a language model that is shown the change and what it touches, where service and repository let it.

    material      what to show: the changed files, who calls them, which contracts changed, which tests reach them
    excerpts      numbered lines of files, and which of them
    masking       credentials out; when they cannot be looked for, nothing is shown
    questions     as much as fits into each, untrusted text marked as such; `instructions.md` is what the model is told
    remarks       its answer: read, held against what it was shown, and only then findings
    calls         one paid call: turn, slot, record
    asking        all of it, for the stage that finds

The model is not believed: what it says of a line counts only when it names an added line and repeats it. It has no
tools and sees no secret. Its failure makes a review partial, never worse.
"""
