"""Synthetic Soul: a self-hosted engine for AI characters with an inner life."""
