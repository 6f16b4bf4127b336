"""The FabLab: machines, the files people bring, and the queue. Verbs: deposit, queue, dispatch, clear, mend.

Invariants: a machine has one active job at most (the database refuses a second); nothing is sent to a machine
whose bed nobody has cleared; a job that no machine confirmed goes back to the queue; an end is counted once.
"""
