"""The models of fragments, and of the memories they are consolidated into (§4.1, §5.2)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field, JsonValue, StrictStr
from typing_extensions import override

from soulscript.model.soul import Level, Part

PROFILE: Final = "profile"
"""``memory_type`` of the facts about one person."""
CHAT: Final = "chat"
"""``interaction_type`` of a person's message."""
ALIAS: Final = "soul:alias"
"""Key of a memory for a second id under which connections name it (D12)."""
MILLISECONDS: Final = "soul:milliseconds"
"""Key of a document: all its times are in milliseconds, also those near 1970."""
SECONDS: Final = 10**11
"""A time within this many milliseconds of 1970 is taken for seconds (D15)."""
LATEST: Final = 10**15
"""The latest time; the earliest is its negative."""
Millis = Annotated[int, Field(strict=True, ge=-LATEST, le=LATEST)]
"""Milliseconds since 1970-01-01T00:00Z; negative before it."""


class Context(Part):
    """What was the case around a fragment; other keys are kept."""

    user_state: StrictStr | None = Field(default=None, description="how the person was")
    agent_state: StrictStr | None = Field(default=None, description="how the character was")
    topic: StrictStr | None = Field(default=None, description="what it was about")
    interaction_type: StrictStr | None = Field(default=None, description="kind of exchange")


class Fragment(Part):
    """One observation, reflection or memory note (§4.1)."""

    type: StrictStr = Field(description="observation, reflection or memory; others are kept")
    content: StrictStr = Field(description="what was observed or thought")
    timestamp: Millis = Field(description="milliseconds since 1970, negative before it")
    importance: Level = Field(description="a number from -1 to 1, 0 is the baseline")
    emotional_valence: Level = Field(description="a number from -1 to 1, 0 is neutral")
    context: Context | None = Field(default=None, description="what was the case around it")


class Signature(Part):
    """The emotional context that every memory has (§4.2)."""

    valence: Level = Field(description="a number from -1 to 1, 0 is neutral")
    intensity: Level = Field(description="a number from -1 to 1, how strongly it is felt")


class MemoryNotes(Part):
    """What a memory is about and which traits it moves."""

    topic_tags: tuple[StrictStr, ...] = Field(default=(), description="what it is about")
    personality_influence: tuple[StrictStr, ...] | Mapping[StrictStr, Level] = Field(
        default=(), description="traits that it strengthens, or trait -> how much, -1 to 1"
    )
    memory_type: StrictStr | None = Field(default=None, description="kind of memory, any string")


class Memory(Part):
    """Fragments consolidated into one memory (§5.2)."""

    id: Annotated[StrictStr, Field(min_length=1)] = Field(description="identity in its graph")
    core_memory: StrictStr = Field(description="what is remembered, in a sentence")
    fragments: tuple[Fragment, ...] = Field(description="what it was consolidated from")
    connections: tuple[StrictStr, ...] = Field(default=(), description="ids of other memories")
    emotional_signature: Signature = Field(description="valence and intensity")
    importance_score: Level = Field(description="a number from -1 to 1, 0 is the baseline")
    creation_date: Millis = Field(description="when it began, in milliseconds")
    last_accessed: Millis = Field(description="when it was last brought back, in milliseconds")
    metadata: MemoryNotes | None = Field(default=None, description="topics and influence")

    @override
    def _entries(self) -> Iterator[tuple[str, JsonValue]]:
        for key, value in super()._entries():
            yield key, value
            if key == "fragments" and not self.connections:
                yield "connections", []  # §5.2 has them also where there are none

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of its tags and of its fragments, each once, in order."""
        tags = self.metadata.topic_tags if self.metadata else ()
        spoken = (part.context.topic for part in self.fragments if part.context)
        return tuple(dict.fromkeys([*tags, *(topic for topic in spoken if topic)]))

    @property
    def personal(self) -> bool:
        """Whether it is about one person (a profile, a chat) and not for others."""
        kind = self.metadata.memory_type if self.metadata else None
        contexts = (part.context for part in self.fragments)
        chat = any(each is not None and each.interaction_type == CHAT for each in contexts)
        return kind == PROFILE or chat

    @property
    def influence(self) -> Mapping[str, float]:
        """The traits that it moves: trait -> how much, -1 to 1; a bare name strengthens by 1."""
        named = self.metadata.personality_influence if self.metadata else ()
        return named if isinstance(named, Mapping) else dict.fromkeys(named, 1.0)
