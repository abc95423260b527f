"""A group beyond practice: agreement, goals, journals, hand-over notes, and the pages and rooms that show them."""
