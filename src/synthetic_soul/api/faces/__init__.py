"""Faces as PNG pictures, for clients that show an agent's expression with an ``<img>``."""
