"""Invitations: what is due to whom, its words and calendar files, and getting it to the mail server."""
