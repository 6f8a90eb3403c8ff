"""Voices turn a brief into words: with a language model, or without one."""
