"""Lorebooks of every tool, and their entries as memories."""
