"""Dialogue acts."""
