"""A plan of practice sessions: its values, the judge of its rules, and what it means to each person."""
