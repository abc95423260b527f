"""Participation, credit and the evidence of it."""
