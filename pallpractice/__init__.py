"""Live small-group practice rooms for serious-illness conversations."""
