"""Each test belongs to one tier: by its own marker, by a server it uses, or by its folder."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIERS = ("unit", "integration", "browser", "simulation")
SERVER_FIXTURES = {"redis_server", "mongo_standalone", "mongo_replica_set"}
# What the parameter of a fixture is called where it asks for one of these by name.
SERVER_PARAMETERS = {"mongo", "replica", "redis"}
# Where tests start programs and servers, or take long; everywhere else they are units.
PLACES = {
    "soulscript/tests/test_hostile_texts.py": "integration",
    "soulscript/tests/formats/test_hostile_files.py": "integration",
    "tests/api/test_app.py": "integration",
    "tests/api/test_openapi.py": "integration",
    "tests/cli": "integration",
    "tests/cluster": "integration",
    "tests/compatibility": "integration",
    "tests/contracts": "integration",
    "tests/docs": "integration",
    "tests/doctor": "integration",
    "tests/engine": "integration",
    "tests/javascript": "integration",
    "tests/repository/test_deploy.py": "integration",
    "tests/readme": "integration",
    "tests/support": "integration",
    "tests/voices/test_determinism.py": "integration",
    "tests/web": "browser",
    "tests/simulation": "simulation",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test without a tier of its own the marker of its tier."""
    for item in items:
        if not any(item.get_closest_marker(tier) for tier in TIERS):
            item.add_marker(_tier(item))


def _tier(item: pytest.Item) -> str:
    parameters = set(re.findall("[a-z]+", item.callspec.id)) if hasattr(item, "callspec") else set()
    fixtures = set(getattr(item, "fixturenames", ()))
    if fixtures & SERVER_FIXTURES or parameters & SERVER_PARAMETERS:
        return "integration"
    path = item.path.relative_to(ROOT)
    places = [path.as_posix(), *(folder.as_posix() for folder in path.parents)]
    return next((PLACES[place] for place in places if place in PLACES), "unit")
