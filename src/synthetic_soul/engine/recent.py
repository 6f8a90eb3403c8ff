"""What every turn asks the store for again, remembered for a while: names, thoughts, words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from synthetic_soul.mind.events import ThoughtHad

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.engine.state.agent_state import AgentState
    from synthetic_soul.stores.account_records import Account
    from synthetic_soul.stores.base import Store

K = TypeVar("K")
V = TypeVar("V")

MOST: Final = 4_096
TRUST: Final = 10_000  # ms for which an account counts as what it was


@dataclass(frozen=True, slots=True)
class LastThought:
    """A thought in words (none once erased), and when it was had; ``seq`` as ``Live.thought``."""

    seq: int
    at: int
    text: str


class Recent:
    """Bounded, and dropped whenever words go: what was erased is not brought back from here."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._accounts: dict[str, tuple[int, Account | None]] = {}
        self._thoughts: dict[tuple[str, str | None], LastThought] = {}
        self._texts: dict[tuple[str, str], str] = {}

    def drop(self) -> None:
        """Remember no words of anybody."""
        self._thoughts.clear()
        self._texts.clear()

    async def account(self, person: str) -> Account | None:
        """The person's account, as it was ten seconds ago at most."""
        now = self._clock()
        at, account = self._accounts.get(person, (None, None))
        if at is None or not 0 <= now - at < TRUST:
            account = await self._store.accounts.get(person)
            _put(self._accounts, person, (now, account))
        return account

    async def thought(self, live: AgentState, person: str | None) -> LastThought:
        """The newest thought that the person may know of (None: anybody)."""
        key = live.agent, person
        known = self._thoughts.get(key)
        if known is None or known.seq != live.thought:
            known = LastThought(live.thought, -1, "")
            for entry in await self._store.journal.thoughts(live.agent, person=person, limit=1):
                for event in entry.events:
                    if isinstance(event, ThoughtHad):
                        known = LastThought(known.seq, entry.at, event.words.text or "")
            _put(self._thoughts, key, known)
        return known

    async def texts(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """The texts behind digests; erased ones are absent."""
        unknown = [digest for digest in digests if (agent, digest) not in self._texts]
        found = await self._store.texts.read(agent, unknown) if unknown else {}
        known = {d: self._texts[agent, d] for d in digests if (agent, d) in self._texts}
        for digest, text in found.items():
            _put(self._texts, (agent, digest), text)
        return known | found


def _put(kept: dict[K, V], key: K, value: V) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > MOST:
        del kept[next(iter(kept))]
