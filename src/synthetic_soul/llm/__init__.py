"""The way to a model: one narrow port, and the providers behind it."""
