"""What is held about people, for themselves: shown, handed out, corrected, erased, and gone in its time."""
