"""Emotions that words express."""
