"""The registry of agents: of souls in files, and of uploaded souls that the journal alone holds.

Each process loads an uploaded soul, or a newer version of one, when its agent is named or notified,
and at each sweep.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import structlog
from pydantic import ValidationError

from soulscript import MemoryGraph, Soul
from soulscript.formats import memories_of
from soulscript.lore import Lorebook, book_settings_of, entries_of
from soulscript.prompts import expand, scene_of
from synthetic_soul.avatars.avatars import Avatars
from synthetic_soul.engine.state.agent_state import AgentState
from synthetic_soul.errors import Conflict, InvalidInput, NotFound
from synthetic_soul.mind.events import SoulAdopted
from synthetic_soul.mind.soul_traits import traits_of
from synthetic_soul.stores.base import Lease, Store

LeaseHolder = Callable[[str, str], AbstractAsyncContextManager[Lease | None]]

log = structlog.get_logger(__name__)

MAX_NAME_CHARS: Final = 64
"""Characters of a soul's name that the id of an agent is made of."""
MAX_SOUL_NAME_CHARS: Final = 200
"""Characters of the name of an uploaded soul."""
MAX_AGENTS_NAMED: Final = 20
"""Agents that an error lists."""
NAMELESS: Final = "soul"
EXISTS: Final = "agent_exists"
REPLACED: Final = "soul_replaced"

_RESERVED_IDS = frozenset({"active", "all"})  # they are paths of the API
_ADOPTION_POLL = 0.05  # seconds between two tries to get the right to record a soul


def agent_id(name: str) -> str:
    """Return the id for an agent's name: in lower case, safe in a URL."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-") or NAMELESS


def adoption(soul: Soul, *, given: bool = False, trusted: bool = False) -> SoulAdopted:
    """Return the event of a soul's adoption with the traits that this version derives."""
    return SoulAdopted(
        name=soul.name,
        digest=soul.digest,
        soul=soul.dump(),
        traits=traits_of(soul),
        given=given,
        trusted=trusted,
    )


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that this process serves: its soul, the soul's own memories, and its state.

    ``lorebook`` holds those that come to mind by their keys, ``lore`` the others. ``uploaded`` is
    the digest of a soul that lies in no file, else "", and ``adopted_at`` the ``seq`` of its
    adoption. ``trusted``: the operator wants the instructions of the soul's author applied.
    """

    id: str
    soul: Soul
    state: AgentState
    lore: MemoryGraph = field(repr=False)
    lorebook: Lorebook = field(repr=False)
    uploaded: str = ""
    adopted_at: int = 0
    trusted: bool = False

    @property
    def name(self) -> str:
        """What it is called: the soul's name, or the agent's id where that says nothing."""
        name = expand(self.soul.name[:MAX_SOUL_NAME_CHARS], scene_of(self.soul))
        return "".join(char for char in name if char.isprintable()).strip() or self.id

    @property
    def timed_lore(self) -> frozenset[str]:
        """The ids of lore that goes in, or stays out, because it went in before."""
        return frozenset(entry.id for entry in self.lorebook.entries if entry.remembers)

    @classmethod
    def of(
        cls, id: str, soul: Soul, state: AgentState, *, uploaded: str = "", adopted_at: int = 0
    ) -> Agent:
        """Return the agent of a soul with its lore indexed.

        Memories of one person in a soul (a profile, a chat) are private and left out.
        """
        # The budget of a book was made for the small contexts of its time; the voice has its own.
        book = Lorebook(entries_of(soul), replace(book_settings_of(soul), token_budget=None))
        keyed = {
            entry.id
            for entry in book.entries
            if entry.keys or entry.is_constant or entry.decorators.dont_activate
        }
        lore = (m for m in memories_of(soul) if not m.personal and m.id not in keyed)
        return cls(id, soul, state, MemoryGraph(lore), book, uploaded, adopted_at)


class AgentRegistry:
    """The agents that this process serves, by id.

    ``souls`` come from files; ``active`` is the id meant where none is named; ``avatars`` keeps the
    pictures of uploaded souls; ``lease`` holds
    the lease of a name on an agent; ``on_erased`` is called with an agent's id and what its
    state reports (see ``AgentState``).
    """

    def __init__(
        self,
        store: Store,
        souls: Mapping[str, Soul],
        active: str,
        *,
        avatars: Avatars,
        clock: Callable[[], int],
        lease: LeaseHolder,
        on_erased: Callable[[str, str | None], None],
    ) -> None:
        self.souls: Final = souls
        self.active: Final = active
        self._store = store
        self._avatars = avatars
        self._clock = clock
        self._lease = lease
        self._on_erased = on_erased
        self._agents: dict[str, Agent] = {}
        self._unusable: dict[str, int] = {}  # seq of souls whose file is gone, or not valid now

    @property
    def loaded(self) -> list[Agent]:
        """A copy of the list of agents, so that more may be loaded during an iteration."""
        return list(self._agents.values())

    @property
    def ids(self) -> list[str]:
        """The ids of the loaded agents, sorted."""
        return sorted(self._agents)

    def get(self, id: str | None = None) -> Agent:
        """Return a loaded agent (None: the active one); ``NotFound`` names some there are."""
        agent = self._agents.get(id or self.active)
        if agent is None:
            ids = ", ".join(self.ids[:MAX_AGENTS_NAMED])
            raise NotFound(f"there is no such agent; there are: {ids}", code="agent_not_found")
        return agent

    async def load(self, id: str) -> Agent | None:
        """Return the agent of that id, loaded now if its soul was uploaded elsewhere."""
        agent = self._agents.get(id)
        if agent is None and id and id not in self.souls:
            seq = (await self._store.journal.adoptions(id)).get(id)
            agent = await self._load_adopted(id, seq) if seq else None
        return agent

    async def find(self, id: str | None) -> Agent:
        """Return the agent of that id (None: the active one), or raise ``NotFound``."""
        if id:
            await self.load(id)
        return self.get(id)

    async def by_name(self, name: str) -> Agent:
        """Return the agent whose soul has this name, in any case, or whose id it is.

        Of several namesakes the active agent comes first, then the order of ids decides.
        ``NotFound`` lists no other names: whoever asks need not be signed in.
        """
        await self.load(agent_id(name))  # its soul may have been uploaded elsewhere
        wanted = name.casefold()
        for agent in sorted(self.loaded, key=lambda agent: (agent.id != self.active, agent.id)):
            if wanted in {agent.id, agent.name.casefold()}:
                return agent
        raise NotFound("there is no agent of this name", code="agent_not_found")

    async def load_new(self) -> None:
        """Load every agent whose soul was uploaded elsewhere, and newer souls of loaded ones."""
        for name, seq in sorted((await self._store.journal.adoptions()).items()):
            agent = self._agents.get(name)
            is_new = agent.uploaded and agent.adopted_at < seq if agent else name not in self.souls
            if is_new and self._unusable.get(name) != seq:
                await self._load_adopted(name, seq)

    async def with_current_soul(self, agent: Agent) -> Agent:
        """Return the agent with the newest soul in its journal as far as that is folded."""
        is_older = agent.state.adopted_seq > agent.adopted_at
        if not is_older and (not agent.uploaded or agent.state.mind.soul == agent.uploaded):
            return agent
        seq = (await self._store.journal.adoptions(agent.id)).get(agent.id)
        if not seq:
            return agent
        if not agent.uploaded:
            return await self._with_consent(agent, seq)
        return await self._load_adopted(agent.id, seq) or agent

    async def set_trust(self, id: str, *, trusted: bool, digest: str | None = None) -> Agent:
        """Record whether the instructions of a soul's author are applied; return the agent.

        The consent is to this version of the soul: another one has to be trusted anew.
        ``Conflict`` (code ``soul_replaced``) where ``digest`` names another than the present one.
        """
        async with self._right_to_adopt(id) as lease:
            agent = await self.find(id)
            await agent.state.catch_up()
            agent = await self.with_current_soul(agent)
            if digest not in {None, agent.soul.digest}:
                raise Conflict("the soul was replaced; read its instructions anew", code=REPLACED)
            if agent.trusted != trusted:
                adopted = adoption(agent.soul, given=bool(agent.uploaded), trusted=trusted)
                entry = await agent.state.append([adopted], at=self._clock(), lease=lease)
                agent = replace(agent, trusted=trusted, adopted_at=entry.seq)
                self._agents[id] = agent
        return agent

    async def _with_consent(self, agent: Agent, seq: int) -> Agent:
        """Register an agent of a file with the trust of its last adoption, if it is of its soul."""
        event = await _adoption_at(self._store, agent.id, seq)
        trusted = event is not None and event.trusted and event.digest == agent.soul.digest
        agent = replace(agent, adopted_at=seq, trusted=trusted)
        self._agents[agent.id] = agent
        return agent

    async def open_from_file(self, id: str) -> Agent:
        """Open the journal of an agent whose soul lies in a file, and return the agent.

        Record the soul if it is new or has another version. Of several processes that start
        together one records it; the others wait for that one.
        """
        soul = self.souls[id]
        state = await self._open_state(id)
        while not state.exists or state.mind.soul != soul.digest:
            async with self._right_to_adopt(id) as lease:
                await state.catch_up()
                if not state.exists or state.mind.soul != soul.digest:
                    await state.append([adoption(soul)], at=self._clock(), lease=lease)
        seq = (await self._store.journal.adoptions(id)).get(id, 0)
        return await self._with_consent(Agent.of(id, soul, state), seq)

    async def add(
        self,
        id: str,
        soul: Soul,
        pictures: Mapping[str, bytes],
        *,
        replacing: bool,
        trusted: bool = False,
    ) -> tuple[Agent, bool]:
        """Record an uploaded soul with its pictures; return the agent, and whether it is new.

        ``Conflict`` (code ``agent_exists``) where there is an agent of that id; with
        ``replacing`` only where its soul came from a file. ``InvalidInput`` for a reserved id.
        """
        if id in _RESERVED_IDS:
            raise InvalidInput("name: this one is a path of the API; choose another")
        if len(soul.name) > MAX_SOUL_NAME_CHARS:
            raise InvalidInput(
                f"personality.name: has {len(soul.name)} characters; at most {MAX_SOUL_NAME_CHARS}"
            )
        if id in self.souls:
            raise _exists(id, "its soul comes from a file; choose another name")
        soul = Soul.model_validate_json(soul.canonical())  # as every other process will read it
        async with self._right_to_adopt(id) as lease:
            seq = (await self._store.journal.adoptions(id)).get(id, 0)
            event = await _adoption_at(self._store, id, seq) if seq else None
            _check_replaceable(id, event, replacing=replacing)
            # First, so that whoever sees the soul sees its pictures; the same soul may have others.
            await self._avatars.replace(id, pictures)
            if event is None or (event.digest, event.trusted) != (soul.digest, trusted):
                agent = await self.load(id)
                append = agent.state.append if agent else partial(self._store.journal.append, id)
                adopted = adoption(soul, given=True, trusted=trusted)
                seq = (await append([adopted], at=self._clock(), lease=lease)).seq
        return await self._register(id, soul, seq, trusted=trusted), event is None

    async def erase_if_gone(self, agent: Agent, person: str) -> bool:
        """Return whether a person whom the agent hardly knows has left; then erase them here, too.

        The active agent's journal is the register of those who left. It is asked when a first
        message is accepted and again when that is answered: a process may be killed in between.
        """
        register = self.get()
        if register is agent or not await self._store.journal.person_erased(register.id, person):
            return False
        await agent.state.erase_person(person, at=self._clock())
        return True

    @asynccontextmanager
    async def _right_to_adopt(self, id: str) -> AsyncIterator[Lease]:
        """Hold the one lease under which a soul is recorded; wait while another process has it."""
        while True:
            async with self._lease(id, "adopt") as lease:
                if lease is not None:
                    yield lease
                    return
            await asyncio.sleep(_ADOPTION_POLL)

    async def _open_state(self, id: str) -> AgentState:
        state = AgentState(self._store, id, on_erased=partial(self._on_erased, id))
        await state.open()
        return state

    async def _load_adopted(self, id: str, seq: int) -> Agent | None:
        """Load an agent by the soul in an entry; None where that soul cannot be served."""
        event = await _adoption_at(self._store, id, seq)
        usable = event is not None and (event.given or id in self._agents)
        soul = _soul_of(id, event) if event and usable else None
        if event is None or soul is None:
            self._unusable[id] = seq
            return None
        return await self._register(id, soul, seq, digest=event.digest, trusted=event.trusted)

    async def _register(
        self, id: str, soul: Soul, seq: int, *, trusted: bool, digest: str = ""
    ) -> Agent:
        """Register an agent with its newest soul; a process has one state of each agent."""
        loaded = self._agents.get(id)
        state = loaded.state if loaded else await self._open_state(id)
        agent = Agent.of(id, soul, state, uploaded=digest or soul.digest, adopted_at=seq)
        agent = replace(agent, trusted=trusted)
        if id not in self._agents:
            await state.finish_erasures()
        # Another task may have registered it meanwhile.
        self._agents[id] = replace(agent, state=self._agents.get(id, agent).state)
        return self._agents[id]


async def added_souls(store: Store) -> dict[str, Soul]:
    """Return the souls that came through the API or ``soul add``, by agent id, as the store has it.

    One that this version no longer accepts is left out.
    """
    found = {}
    for agent, seq in sorted((await store.journal.adoptions()).items()):
        event = await _adoption_at(store, agent, seq)
        soul = _soul_of(agent, event) if event is not None and event.given else None
        if soul is not None:
            found[agent] = soul
    return found


async def _adoption_at(store: Store, agent: str, seq: int) -> SoulAdopted | None:
    """Return the last adoption in an entry."""
    entry = await store.journal.entry(agent, seq)
    events = reversed(entry.events) if entry else ()
    return next((event for event in events if isinstance(event, SoulAdopted)), None)


def _soul_of(id: str, event: SoulAdopted) -> Soul | None:
    """Return the soul of an adoption, None where this version no longer accepts it."""
    try:
        return Soul.model_validate(event.soul)
    except ValidationError:
        log.warning("soul_not_understood", agent=id)
        return None


def _check_replaceable(id: str, event: SoulAdopted | None, *, replacing: bool) -> None:
    if event is not None and not event.given:
        raise _exists(id, "its soul comes from a file; choose another name")
    if event is not None and not replacing:
        raise _exists(id, "choose another name, or ask for it to be replaced")


def _exists(id: str, hint: str) -> Conflict:
    return Conflict(f"there is an agent {id} already: {hint}", code=EXISTS)
