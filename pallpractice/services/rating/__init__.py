"""Practice in rating, how far raters agree, and what an organiser sees of all feedback in a course."""
