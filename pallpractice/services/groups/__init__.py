"""The groups of a course: made by a solver, kept, and changed by hand."""
