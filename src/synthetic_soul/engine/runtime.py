"""The runtime: the adapters that ``compose`` has chosen, and the state that one process shares."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import InitVar, dataclass
from typing import Final, Protocol

import structlog

from soulscript import Soul
from synthetic_soul.avatars.avatars import Avatars, ReadAssets
from synthetic_soul.caches import LRUCache, clear_personal_caches
from synthetic_soul.engine.agents import Agent, AgentRegistry
from synthetic_soul.engine.model_health import ModelHealth
from synthetic_soul.engine.side_work import SideWork
from synthetic_soul.engine.state.agent_state import AgentState
from synthetic_soul.engine.state.conversation import ConversationCache
from synthetic_soul.engine.state.text_vectors import Meaning
from synthetic_soul.engine.usage import Counters, UsageMeter
from synthetic_soul.errors import Unavailable
from synthetic_soul.jobs.base import EventBus, Runner, cancel_all
from synthetic_soul.llm.base import Embedder, Model
from synthetic_soul.mind.events import Answered, ThoughtHad, Words
from synthetic_soul.mind.state import Mind, at_rest
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Account, Lease, Store
from synthetic_soul.voices.base import Voice
from synthetic_soul.voices.model.prompt_budget import PromptBudget

Clock = Callable[[], int]

log = structlog.get_logger(__name__)

LEASE_TTL: Final = 6_000
"""Milliseconds: short, so that a killed process is soon replaced; longer work renews it."""
LEASE_RENEWAL: Final = 2.0
"""Seconds between two renewals."""
MAX_CACHED: Final = 4_096
MAX_REFLECTION_TOKENS: Final = 800
"""Tokens of a reflection's answer, which has room for as many texts as it may hold."""
ACCOUNT_TTL: Final = 10_000
"""Milliseconds for which an account is cached."""

REPLY: Final = "-r"
LORE: Final = "lore:"
_REPLY_END = re.compile(rf"{REPLY}\d+$")


@dataclass(eq=False)
class Runtime:
    """Adapters, registry, caches and counters of one engine; none of them is ever replaced.

    ``voice`` speaks; ``plain_voice`` needs no model and speaks in a crisis. ``fast_model`` is
    for reflection, ``embedder`` for recall by meaning; None without one. ``clock`` gives
    milliseconds; ``entropy`` gives so many random bytes, for ids and salts. ``answers`` says
    whether turns are taken in this process.
    ``import_report`` is a line on the conversion of the active soul; "" if there was none.
    ``read_assets`` returns the files beside a soul, by the agent's id.
    """

    settings: Settings
    store: Store
    runner: Runner
    event_bus: EventBus
    voice: Voice
    plain_voice: Voice
    fast_model: Model | None
    clock: Clock
    souls: InitVar[Mapping[str, Soul]]
    active: InitVar[str]
    read_assets: InitVar[ReadAssets] = lambda _agent: {}
    entropy: Callable[[int], bytes] = secrets.token_bytes
    embedder: Embedder | None = None
    answers: bool = True
    import_report: str = ""

    def __post_init__(
        self, souls: Mapping[str, Soul], active: str, read_assets: ReadAssets
    ) -> None:
        """Make the objects that own this process's state."""
        self.avatars = Avatars(self.store.pictures, read_assets, self.clock)
        self.agents = AgentRegistry(
            self.store,
            souls,
            active,
            avatars=self.avatars,
            clock=self.clock,
            lease=self.lease,
            on_erased=self._evict,
        )
        private = self.settings.inner_life == "private"
        self.conversations = ConversationCache(self.store, private=private)
        self.lookups = Lookups(self.store, self.clock)
        self.counters = Counters()
        self.keys_in_use: dict[str, str] = {}  # of messages being appended: key digest -> agent
        self.usage = UsageMeter(
            self.store,
            self.clock,
            person_budget=self.settings.person_budget,
            guest_budget=self.settings.guest_budget,
            address_budget=self.settings.address_budget,
        )
        self.meaning = Meaning(self.embedder, self.usage) if self.embedder else None
        self.model_health = ModelHealth(self.event_bus, self.clock)
        fast = self.fast_model.name if self.fast_model else ""
        self.reflection_budget = PromptBudget(
            self.settings.llm_context, MAX_REFLECTION_TOKENS, model=fast
        )
        self.side_work = SideWork(
            self.store, self.runner, lambda: self.agents.ids, parallel=self.settings.llm_parallel
        )

    def _evict(self, agent: str, person: str | None) -> None:
        self.conversations.evict(agent, person)
        self.lookups.clear_texts()
        clear_personal_caches()
        for loaded in self.agents.loaded:
            loaded.lorebook.forget_names()

    async def mind(self, agent: Agent, conversation: str) -> Mind:
        """Return an agent's mind as those in a conversation may know it ("": nobody)."""
        shared = agent.state.mind
        if self.settings.inner_life == "shared":
            return shared
        if not conversation:
            return at_rest(shared)
        feelings = (await self.conversations.get(agent.id, conversation)).feelings
        assert feelings is not None  # noqa: S101 - all have them, as the cache was made
        return feelings.mind(shared)

    async def note_origin(self, message: str, person: str, address: str) -> None:
        """Count a message that a model will answer against the address a guest sent it from."""
        if address and self.voice is not self.plain_voice:
            with suppress(Unavailable):
                if await self.lookups.is_guest(person):
                    await self.usage.note_origin(message, address)

    def notify(self, agent: str, conversation: str) -> None:
        """Notify the runner that something waits there; side work makes way for it."""
        self.side_work.make_way()
        self.runner.notify(agent, conversation)

    @asynccontextmanager
    async def lease(self, agent: str, name: str) -> AsyncIterator[Lease | None]:
        """Hold a lease, renewed while the block runs; None where another process has it."""
        holder = self.token()
        lease = await self.store.leases.acquire(agent, name, ttl=LEASE_TTL, holder=holder)
        if lease is None:
            yield None
            return
        renewal = asyncio.create_task(self._renew(lease, holder))
        try:
            yield lease
        finally:
            await cancel_all([renewal])
            with suppress(Unavailable):  # then it expires
                await self.store.leases.release(lease)

    async def _renew(self, lease: Lease, holder: str) -> None:
        """Renew until cancelled, or until the lease has passed to another holder.

        The work then continues: its commit is refused, and it ends like any that came too late.
        """
        while True:
            await asyncio.sleep(LEASE_RENEWAL)
            with suppress(Unavailable):
                now = await self.store.leases.acquire(
                    lease.agent, lease.name, ttl=LEASE_TTL, holder=holder
                )
                if now != lease:
                    log.warning("lease_lost", agent=lease.agent)
                    if now is not None:  # another had it and released it: nobody works under it
                        await self.store.leases.release(now)
                    return

    def seal(self, text: str, owner: str) -> Words:
        """Return words with a fresh salt."""
        return Words.seal(text, owner=owner, salt=self.entropy(16))

    def new_id(self, agent: str) -> str:
        """Return a new id that sorts by time and begins with the agent's, by which stores shard."""
        return f"{agent}.{self.clock():012x}{self.token()}"

    def token(self) -> str:
        """Return a unique name."""
        return self.entropy(8).hex()


@dataclass(frozen=True, slots=True)
class LatestThought:
    """A thought's text ("" once erased) and time; ``seq`` as ``AgentState.thought_seq``."""

    seq: int
    at: int
    text: str


class Lookups:
    """Cached reads of the store that every turn repeats: accounts, thoughts, texts.

    Texts are dropped whenever one is erased, so that none comes back from here.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._accounts: LRUCache[str, tuple[int, Account | None]] = LRUCache(MAX_CACHED)
        self._thoughts: LRUCache[tuple[str, str | None], LatestThought] = LRUCache(MAX_CACHED)
        self._texts: LRUCache[tuple[str, str], str] = LRUCache(MAX_CACHED)

    def clear_texts(self) -> None:
        """Drop all cached words."""
        self._thoughts.clear()
        self._texts.clear()

    async def erase_texts(self, agent: str, digests: Sequence[str]) -> None:
        """Erase the texts with these digests from the store and the cache."""
        if digests:
            await self._store.texts.erase(agent, digests)
            self.clear_texts()

    async def account(self, person: str) -> Account | None:
        """Return the person's account as it was ten seconds ago at most."""
        now = self._clock()
        at, account = self._accounts.get(person) or (None, None)
        if at is None or not 0 <= now - at < ACCOUNT_TTL:
            account = await self._store.accounts.get(person)
            self._accounts.put(person, (now, account))
        return account

    async def is_guest(self, person: str) -> bool:
        """Return whether the person has an account that is not claimed."""
        account = await self.account(person)
        return account is not None and account.guest

    async def speaker(self, agent: str, message: str) -> str:
        """Return the person who sent a message, "" where there is none."""
        record = await self._store.jobs.get(agent, message)
        return record.person if record else ""

    async def latest_thought(self, state: AgentState, person: str | None) -> LatestThought:
        """Return the newest thought that the person may know of (None: anybody)."""
        key = state.agent, person
        thought = self._thoughts.get(key)
        if thought is None or thought.seq != state.thought_seq:
            thought = LatestThought(state.thought_seq, -1, "")
            for entry in await self._store.journal.thoughts(state.agent, person=person, limit=1):
                for event in entry.events:
                    if isinstance(event, ThoughtHad):
                        thought = LatestThought(thought.seq, entry.at, event.words.text or "")
            self._thoughts.put(key, thought)
        return thought

    async def texts(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        """Return the texts with these digests; erased ones are absent."""
        missing = [digest for digest in digests if self._texts.get((agent, digest)) is None]
        read = await self._store.texts.read(agent, missing) if missing else {}
        # Looked up after the wait: a text that was erased meanwhile is no longer cached.
        cached = {d: text for d in digests if (text := self._texts.get((agent, d))) is not None}
        for digest, text in read.items():
            self._texts.put((agent, digest), text)
        return cached | read


class ReadsTexts(Protocol):
    """Whatever has lookups: a runtime, or a command that only reads a journal."""

    @property
    def lookups(self) -> Lookups:
        """The cached reads of a store."""
        ...


@dataclass(frozen=True, slots=True)
class TextReader:
    """The lookups alone, for a command that reads a journal."""

    lookups: Lookups


def agent_of(id: str) -> str:
    """Return the agent part of an id made by ``Runtime.new_id``."""
    return id.rpartition(".")[0]


def topic(agent: str, conversation: str) -> str:
    """Return the event bus topic of a conversation's turns."""
    return f"{agent}/{conversation}"


def reply_id(answered: Answered) -> str:
    """Return the id of the reply whose last message is this one."""
    return f"{answered.message}{REPLY}{answered.attempt}"


def message_of(id: str) -> str:
    """Return the message that an id names: itself, or the last one that a reply answered."""
    return _REPLY_END.sub("", id)


def lore_id(id: str) -> str:
    """Return the id under which a reply refers to a memory of its soul."""
    return LORE + id
