"""jsontext."""
