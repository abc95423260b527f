"""Rows, no rules: tables, the engines, migrations and the unit of work."""
