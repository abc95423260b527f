"""The board of a session: all its rooms at a glance, what is done from there, and who has not practised yet."""
