"""A course as files: what is in each, read in pages, and written as CSV, JSON, JSON lines or a workbook."""
