"""Life events."""
