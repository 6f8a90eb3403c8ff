"""Letta agent files (``.af``): agents and the memory blocks that are always in their context.

The first agent becomes the soul; others stay in the original. Its block ``persona`` says who it is,
``human`` what it knows of the person, and every other block becomes a memory. System prompt,
messages and tools stay in the original: the prompt is obeyed only with consent, no tool is run.

Blocks are in the file (``blocks``, named by ``block_ids``), in older files within the agent
(``core_memory``, ``memory_blocks`` or ``memory``); in the oldest files the agent is the root.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soulscript.errors import NotJsonError
from soulscript.formats.base import MEMORIES_KEY, SOURCE_KEY, Export, Import, Source
from soulscript.formats.fields import (
    FieldLog,
    FieldReader,
    complete_soul,
    keyed_by_id,
    new_memory,
    new_trait,
)
from soulscript.formats.round_trip import Codec, export_document, import_document, memories_of
from soulscript.formats.target_macros import FewMacros
from soulscript.formats.text_interpretation import qualities_in
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.jsontext.scanner import MAX_VALUES
from soulscript.model.memory import PROFILE, Memory
from soulscript.model.soul import Soul
from soulscript.prompts.system_prompt import sections
from soulscript.report import Note

_NAME: Final = "letta"
LAYOUT_KEY: Final = "letta:places"
"""Key of a soul for the layout of its file, so that edits are written where the parts were."""
BLOCK_KEY: Final = "letta:block"
"""Key of a memory that was a block: its index (``place``) and its label."""
_BLOCK: Final = "block"  # kinds of memory
_ARCHIVAL: Final = "archival"
_PERSONA_LABEL: Final = "persona"
_SOUL_LABEL: Final = "soul"
_HUMAN_WORDS: Final = frozenset({"human", "user"})
_HUMAN_FILLERS: Final = frozenset({"about", "the", "x", "persona", "profile"})  # beside those
_WORD: Final = re.compile(r"[a-z0-9]+")
_AGENT_BLOCK_KEYS: Final = ("core_memory", "memory_blocks")  # lists of blocks within an agent
_PASSAGE_KEYS: Final = ("archival_memory", "passages")
_BLOCK_LIMIT: Final = 20_000  # characters, Letta's own default
_TYPICAL_KEYS: Final = ("block_ids", *_AGENT_BLOCK_KEYS, "memory", "agent_type", "llm_config")
_MIN_TYPICAL_KEYS: Final = 2  # by which an agent is detected


class _Layout(BaseModel):
    """Where the parts of a soul are in its file; the aliases are the keys in the soul.

    ``blocks`` is the key of the list of blocks and ``count`` its length, ``block_ids`` the id of
    each block of the soul by its index, ``persona`` the index of the persona, ``label`` its label.
    """

    model_config = ConfigDict(frozen=True)

    agents: int = Field(ge=0, le=MAX_VALUES)
    blocks: str
    count: int = Field(ge=0, le=MAX_VALUES)
    agent_ids: tuple[str, ...] = Field(alias="ids")
    block_ids: dict[int, str] = Field(alias="said")
    persona: int | None
    label: str | None


@dataclass(frozen=True, slots=True)
class _Block:
    """A memory block and its index in its list."""

    index: int
    id: str
    label: str
    value: str


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of the first agent of a file, and a note for each field.

    Raises ``NotASoulError`` with a problem for each field of a wrong type.
    """
    log = FieldLog()
    root = FieldReader(document, log)
    agents = root.objects("agents")
    agent = agents[0] if agents else root
    for other in agents[1:]:
        message = "a further agent: a soul is one character, this one is held in the original"
        log.note("kept", other.path, SOURCE_KEY, message)
    created = _milliseconds(agent.text("created_at")) or _milliseconds(root.text("created_at"))
    key, blocks, count = _blocks(root, agent)
    persona = _persona(blocks)
    name = agent.text("name", "personality.name")
    description = agent.text("description", SOURCE_KEY, "held in the original")
    memories = [_block_memory(block, created) for block in blocks if block is not persona]
    background = persona.value.strip() if persona else description
    traits = [new_trait(*quality) for quality in qualities_in(background)]
    layout = _Layout(
        agents=len(agents),
        blocks=key,
        count=count,
        ids=tuple(agent.texts("block_ids")),
        said={block.index: block.id for block in blocks},
        persona=persona.index if persona else None,
        label=persona.label if persona else None,
    )
    soul: JsonObject = {
        "entity": {"background": background},
        "personality": {"name": name, "core_traits": [*traits]},
        LAYOUT_KEY: layout.model_dump(mode="json", by_alias=True),
        MEMORIES_KEY: keyed_by_id([*memories, *_archival_memories(root, agent, created)]),
    }
    agent.raw("system", SOURCE_KEY, "held in the original, and obeyed only with consent", "kept")
    agent.raw("messages", SOURCE_KEY, "the transcript is held in the original", "kept")
    root.raw("tools", SOURCE_KEY, "tools are held in the original; none is run", "kept")
    agent.note_unread()
    if agent is not root:
        root.note_unread()
    return complete_soul(log, soul), log.notes


def _persona(blocks: Sequence[_Block]) -> _Block | None:
    """Return the block about the agent: the one with Letta's own label, else the first such."""
    named = [block for block in blocks if _is_persona(block.label)]
    exact = (block for block in named if block.label == _PERSONA_LABEL)
    return next(exact, named[0] if named else None)


def _words_of(label: str) -> list[str]:
    """Return the words of a label without its folders and ending: ``system/x-persona.md``."""
    return _WORD.findall(label.rpartition("/")[2].casefold().removesuffix(".md"))


def _is_persona(label: str) -> bool:
    words = _words_of(label)
    return words == [_SOUL_LABEL] or (_PERSONA_LABEL in words and not _HUMAN_WORDS & set(words))


def _is_human(label: str) -> bool:
    words = set(_words_of(label))
    return bool(words & _HUMAN_WORDS) and words <= _HUMAN_WORDS | _HUMAN_FILLERS


def _block_memory(block: _Block, at: int) -> JsonObject:
    kind = PROFILE if _is_human(block.label) else _BLOCK
    memory = new_memory(kind, block.value.strip(), tags=[block.label], at=at)
    return {**memory, BLOCK_KEY: {"place": block.index, "label": block.label}}


def _archival_memories(root: FieldReader, agent: FieldReader, at: int) -> Iterator[JsonObject]:
    for holder in (agent, root) if agent is not root else (agent,):
        for key in _PASSAGE_KEYS:
            message = "a memory for each passage"
            for text in holder.texts(key, MEMORIES_KEY, message, "changed", ("text", "content")):
                yield new_memory(_ARCHIVAL, text, at=at)


def _milliseconds(text: str) -> int:
    """Parse a time in ISO 8601 as milliseconds since 1970; 0 for any other text."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return 0
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1000)


# -- blocks ----------------------------------------------------------------------------------------


def _blocks(root: FieldReader, agent: FieldReader) -> tuple[str, list[_Block], int]:
    """Return the key of the agent's blocks, the blocks with a value, and the length of the list."""
    for key in _AGENT_BLOCK_KEYS:
        if agent.value.get(key):
            return key, *_listed_blocks(agent.objects(key), None)
    memory = agent.object("memory")
    if memory.value:
        return "memory", *_memory_blocks(memory)
    ids = set(agent.texts("block_ids")) if agent.value.get("block_ids") is not None else None
    return "blocks", *_listed_blocks(root.objects("blocks"), ids)


def _listed_blocks(items: Sequence[FieldReader], ids: set[str] | None) -> tuple[list[_Block], int]:
    """Read a list of blocks; ``ids`` are those of the agent, None for all."""
    blocks: list[_Block] = []
    for index, item in enumerate(items):
        if ids is not None and item.text("id") not in ids:
            message = "a block of another agent is held in the original"
            item.log.note("kept", item.path, SOURCE_KEY, message)
            continue
        blocks += _block(item, index, item.text("label") or item.text("name"))
    return blocks, len(items)


def _memory_blocks(memory: FieldReader) -> tuple[list[_Block], int]:
    """Read blocks under ``memory``: a list, or an object with a key for each."""
    if memory.value.get("blocks") is not None:
        return _listed_blocks(memory.objects("blocks"), None)
    blocks: list[_Block] = []
    for index, key in enumerate(memory.value):
        if isinstance(memory.value[key], str):
            text = memory.text(key, _destination(key))
            blocks += [_Block(index, "", key, text)] if text else []
        else:
            blocks += _block(memory.object(key), index, key)
    return blocks, len(memory.value)


def _block(item: FieldReader, index: int, label: str) -> Iterator[_Block]:
    value = item.text("value", _destination(label))
    block = _Block(index, item.text("id"), label or "block", value)
    item.note_unread()
    if value:
        yield block


def _destination(label: str) -> str:
    return "entity.background" if _is_persona(label) else MEMORIES_KEY


# -- writing ---------------------------------------------------------------------------------------


def from_soul(soul: Soul) -> JsonObject:
    """Write a soul as an agent file, in the layout of the file that it came from if it has one."""
    try:
        layout = _Layout.model_validate((soul.model_extra or {}).get(LAYOUT_KEY))
    except ValidationError:
        return _new_file(soul)
    return _file_in_layout(soul, layout)


def _new_file(soul: Soul) -> JsonObject:
    # The persona is the whole prompt of the soul: nothing else would reach Letta's model.
    persona = "\n\n".join(section.on_lines() for section in sections(soul))
    blocks = [_new_block("persona", persona), *_new_blocks(memories_of(soul))]
    agent: JsonObject = {
        "id": "agent-0",
        "name": soul.name or "agent",
        "agent_type": "letta_v1_agent",
        "block_ids": [block["id"] for block in blocks],
        "tool_ids": [],
        "source_ids": [],
        "tool_rules": [],
        "tags": [],
        "messages": [],
        "in_context_message_ids": [],
    }
    empty: JsonObject = {"files": [], "sources": [], "tools": [], "mcp_servers": [], "metadata": {}}
    return {"agents": [agent], "groups": [], "blocks": list(blocks), **empty}


def _file_in_layout(soul: Soul, layout: _Layout) -> JsonObject:
    """Write only what the soul contains, each part where it was in the file."""
    agent: JsonObject = {"name": soul.personality.name} if soul.personality.name else {}
    background = soul.entity.background or ""
    blocks: dict[int, JsonObject] = {}
    if layout.persona is not None:
        blocks[layout.persona] = {"label": layout.label, "value": background}
    elif background:
        agent["description"] = background
    new: list[Memory] = []
    for memory in memories_of(soul):
        block = as_object((memory.model_extra or {}).get(BLOCK_KEY))
        index = block.get("place")
        if isinstance(index, int):
            blocks[index] = {"label": block.get("label"), "value": memory.core_memory}
        elif _kind(memory) != _ARCHIVAL:
            new.append(memory)
    return _with_blocks(agent, layout, blocks, _new_blocks(new))


def _with_blocks(
    agent: JsonObject, layout: _Layout, blocks: Mapping[int, JsonObject], new: list[JsonObject]
) -> JsonObject:
    """Put blocks at their indexes; empty objects stand for blocks that are not the soul's."""
    gone = {index: key for index, key in layout.block_ids.items() if index not in blocks}
    listed = [blocks.get(index, {}) for index in range(layout.count) if index not in gone] + new
    document: JsonObject = {}
    if layout.blocks == "blocks":
        ids = [key for key in layout.agent_ids if key not in gone.values()]
        agent["block_ids"] = [*ids, *(block["id"] for block in new)]
        document["blocks"] = [*listed]
    elif layout.blocks in _AGENT_BLOCK_KEYS:
        agent[layout.blocks] = [*listed]
    if not layout.agents:
        return {**agent, **document}
    return {"agents": [agent, *({} for _ in range(layout.agents - 1))], **document}


def _new_blocks(memories: Iterable[Memory]) -> list[JsonObject]:
    """Write a block for each profile, and one for all other memories."""
    listed = list(memories)
    profiles = [memory for memory in listed if _kind(memory) == PROFILE]
    others = [memory.core_memory for memory in listed if _kind(memory) != PROFILE]
    blocks = [_new_block("human", memory.core_memory, memory.id) for memory in profiles]
    if others:
        blocks.append(_new_block("memories", "\n".join(f"- {text}" for text in others)))
    return blocks


def _kind(memory: Memory) -> str | None:
    return memory.metadata.memory_type if memory.metadata else None


def _new_block(label: str, value: str, id: str = "") -> JsonObject:
    limit = max(_BLOCK_LIMIT, len(value))
    return {"id": f"block-{id or label}", "label": label, "value": value, "limit": limit}


# -- the format ------------------------------------------------------------------------------------

_CODEC: Final = Codec(frozenset({_NAME}), to_soul, from_soul, macros=FewMacros())


def detect(source: Source) -> bool:
    """Detect an object with agents, or an agent, by at least two keys that are typical of Letta."""
    document = _document(source)
    agents = document.get("agents")
    candidates = agents if isinstance(agents, list) else [document]
    return any(
        sum(key in agent for key in _TYPICAL_KEYS) >= _MIN_TYPICAL_KEYS
        for agent in candidates
        if isinstance(agent, dict)
    )


def _document(source: Source) -> JsonObject:
    """Return the file's object, also where it is JSON within a JSON string."""
    document = source.document
    if isinstance(document, str) and document.lstrip().startswith("{"):
        try:
            document = parse(document, source=source.name)
        except NotJsonError:
            return {}
    return as_object(document)


def decode(source: Source) -> Import:
    """Read an agent file. Raises ``NotASoulError`` with each wrong field."""
    imported = import_document(_CODEC, _NAME, _document(source), source)
    if not isinstance(source.document, str):
        return imported
    message = "the file was JSON within a JSON text; it is written as plain JSON"
    notes = [Note("changed", "$", "$", message)]
    return replace(imported, report=imported.report + notes)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as an agent file."""
    return export_document(_CODEC, imported, f"{stem}.af")
