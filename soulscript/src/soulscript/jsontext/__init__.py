"""JSON of any origin: read tolerantly with the place of every fault, or strictly."""

from soulscript.jsontext.parser import parse
from soulscript.jsontext.strict import StrictJsonError, strict_json

__all__ = ["StrictJsonError", "parse", "strict_json"]
