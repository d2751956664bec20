"""A make-believe estate as values: its faults by seed, the truth, and what it answers at any second.

Nothing here waits, opens a socket or keeps a state: everything is a function of the estate, the schedule and
a time in seconds from the start.
"""
