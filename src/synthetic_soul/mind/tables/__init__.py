"""Numeric tables of the mind; the type checker and property tests read the rows."""
