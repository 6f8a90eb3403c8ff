"""Every dependency is listed with its licence, and none keeps the program from being passed on."""

from __future__ import annotations

import re
import sys
from email.message import Message
from typing import TYPE_CHECKING, cast

import pytest

from docs.licences import ALLOWED, PAGE, UNKNOWN, development, installed, is_allowed, licence

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

ROW = re.compile(r"^\| ([\w.-]+) \| (.+) \|$", re.MULTILINE)


def metadata(**fields: str | list[str]) -> PackageMetadata:
    message = Message()
    for name, values in fields.items():
        for value in [values] if isinstance(values, str) else values:
            message[name.replace("_", "-")] = value
    return cast("PackageMetadata", message)


def listed(title: str) -> dict[str, str]:
    section = PAGE.read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]
    return dict(ROW.findall(section)[1:] if "distribution" in section else ROW.findall(section))


def test_whatever_is_installed_is_listed_with_its_licence() -> None:
    assert installed().items() <= listed("An installation").items(), "run make docs"
    if sys.platform == "linux":
        assert development().items() <= listed("Development").items(), "run make docs"


def test_every_dependency_may_be_passed_on_with_the_program() -> None:
    for found in (installed(), listed("An installation")):
        assert {name: each for name, each in found.items() if not is_allowed(each)} == {}
    assert "openai" in installed()
    assert "pymongo" in installed()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"License_Expression": "MIT"}, "MIT"),
        ({"License_Expression": "apache-2.0 or mit"}, "Apache-2.0 OR MIT"),
        ({"License": "MIT License"}, "MIT"),
        ({"License": "BSD-3-Clause"}, "BSD-3-Clause"),
        ({"Classifier": ["License :: OSI Approved :: MIT License"]}, "MIT"),
        (
            {
                "License": "Copyright (c) of somebody\n\nPermission is granted",
                "Classifier": ["License :: OSI Approved :: Apache Software License"],
            },
            "Apache-2.0",
        ),
        ({"License": "see the file"}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_a_licence_is_read_from_metadata_of_any_age(
    fields: dict[str, str | list[str]], expected: str
) -> None:
    assert licence(metadata(**fields)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "Apache-2.0 AND MIT",
        "GPL-3.0-only OR MIT",
        "(MIT OR GPL-2.0-only) AND ISC",
        "MPL-2.0",
    ],
)
def test_what_may_be_passed_on_is_allowed(expression: str) -> None:
    assert is_allowed(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "GPL-3.0-or-later",
        "LGPL-2.1-only",
        "AGPL-3.0-only",
        "SSPL-1.0",
        "BUSL-1.1",
        "MIT AND GPL-3.0-only",
        "GPL-2.0-only OR LGPL-3.0-only",
        "(MIT AND AGPL-3.0-only) OR SSPL-1.0",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-Proprietary",
        UNKNOWN,
        "",
        "MIT MIT",
    ],
)
def test_what_may_not_is_refused(expression: str) -> None:
    assert not is_allowed(expression)


def test_no_copyleft_of_a_whole_program_is_allowed() -> None:
    assert not [each for each in ALLOWED if "GPL" in each or "SSPL" in each]
