"""The rules. Standard library only, no I/O; the present moment is always an argument."""
