"""The page of licences: what each dependency is licensed under, by its installed metadata."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import PackageMetadata

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/licences.md"
OWN: Final = frozenset({"synthetic-soul", "soulscript"})
ALLOWED: Final = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CNRI-Python",
        "HPND",
        "ISC",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
    }
)
"""Licences under which a dependency of an installation may be: a program with it may be passed on
under MIT and its own terms. MPL-2.0 asks for the source of its own files alone."""
_NAMES: Final = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""SPDX identifiers of names that metadata written before PEP 639 use."""
UNKNOWN: Final = "unknown"
HEAD = """\
# Licences of the dependencies

Synthetic Soul is under the [MIT licence](../LICENSE). A dependency of an installation has to be
under a licence that lets a program with it be passed on under MIT: permissive ones, and MPL-2.0.
GPL, LGPL, AGPL, SSPL and what has no licence are refused by a test. Tools of development are not
passed on and may be under any free licence. MongoDB and Redis are programs of their own with
licences of their own; nothing of them is passed on.

This page is generated: `make docs`.
"""


def licence(metadata: PackageMetadata) -> str:
    """Return the licence of a distribution as an SPDX expression; ``UNKNOWN`` if it names none."""
    named = [*metadata.get_all("License-Expression", []), *metadata.get_all("License", [])]
    classifiers = (each.split(" :: ") for each in metadata.get_all("Classifier", []))
    named.append(
        " OR ".join(
            _NAMES.get(parts[-1], parts[-1]) for parts in classifiers if parts[0] == "License"
        )
    )
    for text in filter(None, named):
        try:
            return str(canonicalize_license_expression(_NAMES.get(text.strip(), text.strip())))
        except InvalidLicenseExpression:
            continue  # a whole licence, or a name of somebody's own
    return UNKNOWN


def is_allowed(expression: str) -> bool:
    """Return whether an expression leaves a choice of licences that are all allowed.

    An exception to a licence (WITH) changes nothing: what is meant has to be looked at.
    """
    words = re.findall(r"[()]|[^()\s]+", expression)
    value, rest = _any_of(words)
    return value and not rest


def _any_of(words: list[str]) -> tuple[bool, list[str]]:
    value, rest = _all_of(words)
    while rest[:1] == ["OR"]:
        other, rest = _all_of(rest[1:])
        value = value or other
    return value, rest


def _all_of(words: list[str]) -> tuple[bool, list[str]]:
    value, rest = _one(words)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:])
        value = value and other
    return value, rest


def _one(words: list[str]) -> tuple[bool, list[str]]:
    if words[:1] == ["("]:
        value, rest = _any_of(words[1:])
        return value, rest[1:]
    return bool(words) and words[0] in ALLOWED, words[1:]


def licences(requirements: Iterable[str]) -> dict[str, str]:
    """Return the licence of everything installed that the requirements bring, by name."""
    found: dict[str, str] = {}
    asked = [Requirement(each) for each in requirements]
    seen: set[str] = set()
    while asked:
        requirement = asked.pop()
        name = canonicalize_name(requirement.name)
        if f"{name}{sorted(requirement.extras)}" in seen:
            continue
        seen.add(f"{name}{sorted(requirement.extras)}")
        try:
            there = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        found[name] = licence(there.metadata)
        asked += [
            needed
            for needed in map(Requirement, there.requires or ())
            if needed.marker is None
            or any(needed.marker.evaluate({"extra": e}) for e in ("", *requirement.extras))
        ]
    return {name: found[name] for name in sorted(found.keys() - OWN)}


def installed() -> dict[str, str]:
    """Return the licences of what an installation with all extras brings."""
    return licences(["synthetic-soul[cluster]"])


def development() -> dict[str, str]:
    """Return the licences of what only development uses."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    tools = licences([*groups["test"], *groups["lint"]])
    return {name: tools[name] for name in tools.keys() - installed().keys()}


def page() -> str:
    """Return the page's text."""
    lines = [HEAD]
    for title, rows in (("An installation", installed()), ("Development", development())):
        lines += [f"## {title}\n", "| distribution | licence |", "|---|---|"]
        lines += [f"| {name} | {rows[name]} |" for name in sorted(rows)]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
