"""An app for worker processes under test: one named stage of the review stalls once, so that it can be killed there.

KODUS_STALL_STAGE names the stage; KODUS_STALL_FILE is made when it stalls. The stage has done its work by then, and
nothing of it is stored yet: the worst moment.
"""
