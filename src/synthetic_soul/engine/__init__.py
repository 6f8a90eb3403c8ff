"""The engine: agents that are talked to, their turns, memories and background work."""
