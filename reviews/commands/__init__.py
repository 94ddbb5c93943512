"""What people ask for in the comments of a pull request: `/review pause`.

parsing.py finds the command in a comment (pure; the door asks it) → taking.py carries it out and remembers it, in the
door's transaction → answering.py is the job that reacts to the comment, and replies where words are wanted; replies.py
has the words (pure). How a pull request stands, paused or ignored, follows from the commands given: standing.py.
"""
