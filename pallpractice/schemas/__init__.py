"""Every field that comes in or goes out. Unknown fields are refused."""
