"""The plan of a course's practice sessions: who sits where in which round, with which case and which actors."""
