"""Markdown files about a character: outline, meaning of the chapters, reading and writing."""
