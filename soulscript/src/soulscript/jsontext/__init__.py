"""JSON of any origin: read within limits, every fault with its place."""

from soulscript.jsontext.parser import parse

__all__ = ["parse"]
