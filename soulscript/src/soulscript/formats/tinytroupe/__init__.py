"""tinytroupe."""
