"""Letta agent files (``.af``): agents, and the blocks of memory that they always have in mind.

The first agent is the soul; others are held in the original. Its block ``persona`` is who it is,
``human`` what it knows of the person it talked to, every other block a memory of its own. System
prompt, messages and tools are held in the original: the prompt is obeyed only where somebody
agrees to it, the source of a tool is never run. Secrets and environment variables are dropped.

Blocks stand in the file (``blocks``, named by ``block_ids``), in older files within the agent
(``core_memory``, ``memory_blocks`` or ``memory``), and in the oldest the agent is the whole file.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soulscript.errors import NotJsonError
from soulscript.formats.base import MEMORIES, SOURCE, Export, Import, JsonObject, Source
from soulscript.formats.documents import exported, imported
from soulscript.formats.fields import Account, Fields, by_id, memory, whole
from soulscript.formats.letta_blocks import PERSONA, WITHIN, Block, blocks
from soulscript.formats.round_trip import Codec, memories_of
from soulscript.formats.tinytroupe.person_sentences import qualities_in
from soulscript.jsontext.parser import parse
from soulscript.jsontext.scanner import MAX_VALUES
from soulscript.model.memory import PROFILE, Memory
from soulscript.model.soul import Soul
from soulscript.report import Note
from soulscript.system_prompt import prompt

NAME: Final = "letta"
ENDING: Final = ".af"
PLACES: Final = "letta:places"
"""Key of a soul that says where in the file its parts stood, so that edits find their way back."""
BLOCK: Final = "letta:block"
"""Key of a memory that was a block: its place among the blocks, and its label."""
_HELD: Final = "block"
_ARCHIVED: Final = "archival"
_HUMAN: Final = ("human", "user", "about_user")
_PASSAGES: Final = ("archival_memory", "passages")
_ROOM: Final = 20_000  # characters of a block, as Letta itself allows
_ENOUGH: Final = 2  # signs by which an agent is known
_SIGNS: Final = ("block_ids", *WITHIN, "memory", "agent_type", "llm_config")


class _Places(BaseModel):
    """Where in a file the parts of its soul stood: how many agents and blocks, which say what."""

    model_config = ConfigDict(frozen=True)

    agents: int = Field(ge=0, le=MAX_VALUES)
    blocks: str
    count: int = Field(ge=0, le=MAX_VALUES)
    ids: tuple[str, ...]
    said: dict[int, str]
    persona: int | None
    label: str | None


def soul_of(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Make a soul of the first agent of a file, with a note for each field.

    Raises ``NotASoulError`` that names each field of another type than it should be.
    """
    account = Account()
    root = Fields(document, account)
    agents = root.each("agents")
    agent = agents[0] if agents else root
    for other in agents[1:]:
        message = "a further agent: a soul is one character, this one is held in the original"
        account.note("kept", other.path, SOURCE, message)
    at = _moment(agent.text("created_at")) or _moment(root.text("created_at"))
    key, found, count = blocks(root, agent)
    persona = [block for block in found if block.label in PERSONA]
    name = agent.text("name", "personality.name")
    description = agent.text("description", SOURCE, "held in the original")
    remembered = [_remembered(block, at) for block in found if block not in persona[:1]]
    background = persona[0].value.strip() if persona else description
    soul: JsonObject = {
        "entity": {"background": background},
        "personality": {"name": name, "core_traits": qualities_in(background)},
        PLACES: _Places(
            agents=len(agents),
            blocks=key,
            count=count,
            ids=tuple(agent.texts("block_ids")),
            said={block.place: block.id for block in found},
            persona=persona[0].place if persona else None,
            label=persona[0].label if persona else None,
        ).model_dump(mode="json"),
        MEMORIES: by_id([*remembered, *_archived(root, agent, at)]),
    }
    _held(root, agent)
    return whole(account, soul), account.notes


def _held(root: Fields, agent: Fields) -> None:
    """Note what the original alone keeps."""
    agent.said("system", SOURCE, "held in the original, and obeyed only with consent", "kept")
    agent.said("messages", SOURCE, "the transcript is held in the original", "kept")
    root.said("tools", SOURCE, "tools are held in the original; none is run", "kept")
    agent.rest()
    if agent is not root:
        root.rest()


def _remembered(block: Block, at: int) -> JsonObject:
    """Make a memory of a block: what is known of the person, or something of the agent's own."""
    kind = PROFILE if block.label in _HUMAN else _HELD
    made = memory(kind, block.value.strip(), tags=[block.label], at=at)
    return {**made, BLOCK: {"place": block.place, "label": block.label}}


def _archived(root: Fields, agent: Fields, at: int) -> Iterator[JsonObject]:
    """Make a memory of each passage that the agent had put away."""
    for holder in (agent, root) if agent is not root else (agent,):
        for key in _PASSAGES:
            message = "a memory for each passage"
            for text in holder.texts(key, MEMORIES, message, "changed", ("text", "content")):
                yield memory(_ARCHIVED, text, at=at)


def _moment(text: str) -> int:
    """Read a moment in ISO 8601 as milliseconds since 1970; 0 where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


# -- writing ---------------------------------------------------------------------------------------


def document_of(soul: Soul) -> JsonObject:
    """Write a soul as an agent file: anew, or so that it lies over the file that it came from."""
    try:
        places = _Places.model_validate((soul.model_extra or {}).get(PLACES))
    except ValidationError:
        return _anew(soul)
    return _over(soul, places)


def _anew(soul: Soul) -> JsonObject:
    """Write an agent whose persona is the soul's whole prompt: nothing else would reach it."""
    blocks = [_new_block("persona", prompt(soul, full=True)), *_further(memories_of(soul))]
    name = soul.name or "agent"
    agent: JsonObject = {
        "id": "agent-0",
        "name": name,
        "agent_type": "letta_v1_agent",
        "block_ids": [block["id"] for block in blocks],
        "tool_ids": [],
        "source_ids": [],
        "tool_rules": [],
        "tags": [],
        "messages": [],
        "in_context_message_ids": [],
    }
    return {
        "agents": [agent],
        "groups": [],
        "blocks": list(blocks),
        "files": [],
        "sources": [],
        "tools": [],
        "mcp_servers": [],
        "metadata": {},
    }


def _over(soul: Soul, places: _Places) -> JsonObject:
    """Write only what a soul says of its file, each part at the place where it stood."""
    agent: JsonObject = {"name": soul.personality.name} if soul.personality.name else {}
    background = soul.entity.background or ""
    said: dict[int, JsonObject] = {}
    if places.persona is not None:
        said[places.persona] = {"label": places.label, "value": background}
    elif background:
        agent["description"] = background
    new: list[Memory] = []
    for found in memories_of(soul):
        held = (found.model_extra or {}).get(BLOCK)
        place = held.get("place") if isinstance(held, dict) else None
        if isinstance(held, dict) and isinstance(place, int):
            said[place] = {"label": held.get("label"), "value": found.core_memory}
        elif _kind(found) != _ARCHIVED:
            new.append(found)
    return _laid(agent, places, said, _further(new))


def _laid(
    agent: JsonObject, places: _Places, said: Mapping[int, JsonObject], new: list[JsonObject]
) -> JsonObject:
    """Put blocks in their places; empty objects stand for what is not the soul's."""
    gone = {place: known for place, known in places.said.items() if place not in said}
    blocks = [said.get(place, {}) for place in range(places.count) if place not in gone] + new
    document: JsonObject = {}
    if places.blocks == "blocks":
        ids = [known for known in places.ids if known not in gone.values()]
        agent["block_ids"] = [*ids, *(block["id"] for block in new)]
        document["blocks"] = [*blocks]
    elif places.blocks in WITHIN:
        agent[places.blocks] = [*blocks]
    if not places.agents:
        return {**agent, **document}
    return {"agents": [agent, *({} for _ in range(places.agents - 1))], **document}


def _further(memories: Iterable[Memory]) -> list[JsonObject]:
    """Write memories that have no block yet: a block for each profile, one for all others."""
    listed = list(memories)
    profiles = [found for found in listed if _kind(found) == PROFILE]
    others = [found.core_memory for found in listed if _kind(found) != PROFILE]
    blocks = [_new_block("human", found.core_memory, found.id) for found in profiles]
    if others:
        blocks.append(_new_block("memories", "\n".join(f"- {text}" for text in others)))
    return blocks


def _kind(found: Memory) -> str | None:
    return found.metadata.memory_type if found.metadata else None


def _new_block(label: str, value: str, name: str = "") -> JsonObject:
    return {
        "id": f"block-{name or label}",
        "label": label,
        "value": value,
        "limit": max(_ROOM, len(value)),
    }


# -- files -----------------------------------------------------------------------------------------

SHAPE: Final = Codec(frozenset({NAME}), soul_of, document_of)


def sees(source: Source) -> bool:
    """Whether it is an object with agents and blocks, or an agent with what only Letta's have."""
    document = _document(source)
    if document is None:
        return False
    agents = document.get("agents")
    if isinstance(agents, list):
        return any(isinstance(agent, dict) and _is_agent(agent) for agent in agents)
    return _is_agent(document)


def _is_agent(document: JsonObject) -> bool:
    return sum(key in document for key in _SIGNS) >= _ENOUGH


def _document(source: Source) -> JsonObject | None:
    """Give the file's object, also where it is written as JSON within a JSON text."""
    document = source.document
    if isinstance(document, str) and document.lstrip().startswith("{"):
        try:
            document = parse(document, source=source.name)
        except NotJsonError:
            return None
    return document if isinstance(document, dict) else None


def reads(source: Source) -> Import:
    """Read an agent file. Raises ``NotASoulError`` that names what is wrong and where."""
    found = imported(SHAPE, NAME, _document(source) or {}, source)
    if not isinstance(source.document, str):
        return found
    message = "the file was JSON within a JSON text; it is written as plain JSON"
    notes = [Note("changed", "$", "$", message)]
    return replace(found, report=found.report + notes)


def writes(what: Import, stem: str) -> Export:
    """Write a soul as an agent file."""
    return exported(SHAPE, what, stem + ENDING)
