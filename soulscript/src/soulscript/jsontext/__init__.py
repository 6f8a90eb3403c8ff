"""JSON of any origin: read tolerantly with the place of every fault, or strictly."""

from soulscript.jsontext.parser import StrictJsonError, parse, strict_json

__all__ = ["StrictJsonError", "parse", "strict_json"]
