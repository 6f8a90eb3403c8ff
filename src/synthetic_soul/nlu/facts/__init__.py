"""Facts that people state of themselves."""
