"""Chance that is drawn from a seed and the id of an entry: the same ones give the same number."""

import hashlib
from typing import Final

_BYTES: Final = 6  # fewer bits than a float holds, so that it stays below 1


def chance(seed: str, id: str, what: str) -> float:
    """Return a number of at least 0 and below 1."""
    text = f"{seed}\n{id}\n{what}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:_BYTES]) / 256**_BYTES
