"""Character cards in every container."""
