"""The invariants themselves: they hold for a single server and detect each kind of loss."""

from dataclasses import replace

import pytest

from synthetic_soul.mind.events import Felt, MessageHeard, Outcome
from synthetic_soul.stores.base import Entry
from tests.support import cluster_invariants
from tests.support.cluster import Clusters
from tests.support.load_client import load_clients

pytestmark = pytest.mark.anyio


def without(entries: list[Entry], kind: type, place: int = 0) -> list[Entry]:
    """The entries without the events of that kind in the ``place``-th entry that has one."""
    having = [n for n, e in enumerate(entries) if any(isinstance(x, kind) for x in e.events)]
    chosen = having[place]
    events = tuple(x for x in entries[chosen].events if not isinstance(x, kind))
    return [replace(e, events=events) if n == chosen else e for n, e in enumerate(entries)]


async def test_one_server_over_a_file_keeps_the_guarantees(clusters: Clusters) -> None:
    cluster = clusters.open().start(servers=1, workers=0)
    async with load_clients(lambda: cluster.urls, 4) as people:
        await people.talk(8, pace=0.02)
        entries = await cluster_invariants.check_guarantees(cluster, people)
        guest = people.guests[0]
        shown = (await guest.ask("GET", "/v1/agents/active")).json()
        said = {each.person: list(each.said) for each in people.guests}
    with pytest.raises(AssertionError):
        cluster_invariants.check_shown(
            cluster_invariants.state_of(without(entries, Felt)), shown, guest.person
        )
    with pytest.raises(AssertionError):
        cluster_invariants.check_heard(without(entries, MessageHeard), said)
    with pytest.raises(AssertionError):
        cluster_invariants.check_outcomes(without(entries, Outcome, -1))
    twice = next(entry for entry in entries if any(isinstance(x, Outcome) for x in entry.events))
    with pytest.raises((AssertionError, KeyError)):
        cluster_invariants.check_outcomes([*entries, twice])
