"""Tables of TOML files that are edited without Python, and the patterns that they hold."""

import re
import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any


def read_table(package: str, name: str) -> dict[str, Any]:
    """Return the content of ``data/<name>.toml`` in a package."""
    file = resources.files(package) / "data" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return one pattern for all of these, in any case."""
    return re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
