"""Folded state: of an agent, and of a conversation."""
