"""Dates that people name: read from what they say, kept, and compared with the clock."""
