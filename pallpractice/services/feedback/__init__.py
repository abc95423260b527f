"""Feedback: scorecards, their release and corrections, and what is made of them: reports and the portfolio."""
