"""affect."""
