"""What the engine is made of: chosen once by ``compose``, shared by its flows."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from soulscript import MemoryGraph
from soulscript.formats import memories_of
from synthetic_soul.engine.counters import Counters
from synthetic_soul.engine.recent import Recent
from synthetic_soul.engine.state.conversations import Conversations
from synthetic_soul.engine.usage import Usage
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from soulscript import Soul
    from synthetic_soul.engine.state.agent_state import AgentState
    from synthetic_soul.jobs.base import EventBus, Runner
    from synthetic_soul.llm.base import Model
    from synthetic_soul.mind.events import Answered
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store
    from synthetic_soul.voices.base import Voice

    Clock = Callable[[], int]


REPLY = "-r"
LORE = "lore:"
NAMED = 20  # agents that an error names
REPLY_END = re.compile(rf"{REPLY}\d+$")


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent that this process serves: its soul, what that brings along, and its present.

    ``given`` is the digest that the journal has of a soul that lies in no file, and ``since`` the
    ``seq`` of its adoption.
    """

    id: str
    soul: Soul
    live: AgentState
    lore: MemoryGraph = field(repr=False)
    given: str = ""
    since: int = 0

    @classmethod
    def of(cls, id: str, soul: Soul, live: AgentState, *, given: str = "", since: int = 0) -> Agent:
        """The agent of a soul, with its lore made ready to be asked.

        What a soul brings along of one person (a profile, a chat) is nobody else's to hear.
        """
        lore = (memory for memory in memories_of(soul) if not memory.personal)
        return cls(id, soul, live, MemoryGraph(lore), given, since)


@dataclass(frozen=True)
class Runtime:
    """Adapters and caches. ``voice`` speaks; ``plain`` needs no model and speaks in a crisis.

    ``fast`` is the model for reflection, None without one. ``clock`` gives milliseconds;
    ``entropy`` so many bytes by chance, for ids and salts. ``answers`` says whether turns are
    taken in this process. ``agents`` are those that this process has learned of; ``passed`` are
    souls in the journal (id -> ``seq``) that it cannot serve, since their file is gone.
    """

    settings: Settings
    store: Store
    runner: Runner
    event_bus: EventBus
    voice: Voice
    plain: Voice
    fast: Model | None
    clock: Clock
    souls: Mapping[str, Soul]
    active: str
    entropy: Callable[[int], bytes] = secrets.token_bytes
    answers: bool = True
    agents: dict[str, Agent] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)
    tally: Counters = field(default_factory=Counters)

    def __post_init__(self) -> None:
        """Make the caches that belong to these adapters."""
        object.__setattr__(self, "conversations", Conversations(self.store))
        object.__setattr__(self, "recent", Recent(self.store, self.clock))
        object.__setattr__(
            self, "use", Usage(self.store, self.clock, a_person=self.settings.person_budget)
        )

    conversations: Conversations = field(init=False, repr=False)
    recent: Recent = field(init=False, repr=False)
    use: Usage = field(init=False, repr=False)

    @property
    def served(self) -> list[Agent]:
        """The agents as of now; others may be learned of while something is done for each."""
        return list(self.agents.values())

    def agent(self, id: str | None) -> Agent:
        """The agent of that id (None: the active one); ``NotFound`` names those there are."""
        found = self.agents.get(id or self.active)
        if found is None:
            there = ", ".join(sorted(self.agents)[:NAMED])
            raise NotFound(f"there is no such agent; there are: {there}", code="agent_not_found")
        return found

    def seal(self, text: str, owner: str) -> Words:
        """Words with a fresh salt."""
        return Words.seal(text, owner=owner, salt=self.entropy(16))

    def new_id(self, agent: str) -> str:
        """A new id that sorts by time and begins with the agent's, by which stores shard."""
        return f"{agent}.{self.clock():012x}{self.token()}"

    def token(self) -> str:
        """A name that nobody else has."""
        return self.entropy(8).hex()


def agent_of(id: str) -> str:
    """The agent part of an id made by ``new_id``."""
    return id.rpartition(".")[0]


def topic(agent: str, conversation: str) -> str:
    """The name under which a conversation's turns travel on the wire."""
    return f"{agent}/{conversation}"


def reply_id(answered: Answered) -> str:
    """The id of the reply whose last message is this one."""
    return f"{answered.message}{REPLY}{answered.attempt}"


def lore_id(id: str) -> str:
    """The name under which a reply refers to a memory that its soul brought along."""
    return LORE + id


def message_of(id: str) -> str:
    """The message that an id names: itself, or the last one that a reply answered."""
    return REPLY_END.sub("", id)
