"""Every test has its place in one tier."""

import pytest

from tests.support.tiers import PLACES, ROOT, TIERS


def test_every_test_belongs_to_exactly_one_tier(request: pytest.FixtureRequest) -> None:
    wrong = {
        item.nodeid
        for item in request.session.items
        if len([tier for tier in TIERS if item.get_closest_marker(tier)]) != 1
    }
    assert not wrong


def test_every_place_that_has_a_tier_is_there() -> None:
    assert all((ROOT / place).exists() for place in PLACES)
