"""Eliza characters: ``{name, bio, lore, adjectives, topics, style, messageExamples, …}``.

A list may be a single text; message examples are lists of turns, in V2 under ``examples`` and with
``name`` instead of ``user``. Posts, plugins, models and the system prompt stay in the original; the
prompt is obeyed only with consent.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES_KEY, SOURCE_KEY, Export, Import, Source
from soulscript.formats.fields import (
    FieldLog,
    FieldReader,
    complete_soul,
    keyed_by_id,
    new_memory,
    new_traits,
)
from soulscript.formats.round_trip import Codec, export_document, import_document, memories_of
from soulscript.formats.target_macros import FewMacros, Spelling, in_all_texts
from soulscript.formats.text_interpretation import lower_first, sentence
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.dialogues import CHARACTER, EXAMPLES_KEY, PERSON, dialogues_of
from soulscript.model.soul import Soul
from soulscript.report import Note
from soulscript.text.macros import Scene

_NAME: Final = "eliza"
_KNOWLEDGE_KEY: Final = "eliza:knowledge"  # the list as it was, also the items that are not texts
_CHAT_KEY: Final = "eliza:chat"  # the patterns that were ``style.chat``
_LORE: Final = "lore"  # kind of memory
_TYPICAL_KEYS: Final = (
    "bio", "lore", "adjectives", "messageExamples", "postExamples", "style", "topics",
)  # fmt: skip
_MIN_TYPICAL_KEYS: Final = 2  # by which a document with a name is detected
_FURTHER_KEYS: Final = (
    "system", "plugins", "clients", "modelProvider", "settings", "knowledge", "templates",
)  # fmt: skip
"""Keys that other documents have as well; beside a biography, one is enough."""
_EXAMPLES: Final = "messageExamples"
_USER_MACRO: Final = "{{user1}}"
_PERSON_MACROS: Final = ("{{user", "{{name")  # {{user1}} and, in V2, {{name1}}
_CHARACTER_MACROS: Final = ("{{agentname}}", "{{char}}")
_TEXT_KEYS: Final = ("text", "content")


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of a character, and a note for each field.

    Raises ``NotASoulError`` with a problem for each field of a wrong type.
    """
    log = FieldLog()
    fields = FieldReader(document, log)
    name = fields.text("name", "personality.name")
    style = fields.object("style")
    general = style.texts("all", "voice.patterns")
    chat = style.texts("chat", "voice.patterns")
    style.note_unread("style of posts is held in the original")
    bio = fields.texts("bio", "entity.background", "a line for each item", "changed", _TEXT_KEYS)
    lore = fields.texts("lore", MEMORIES_KEY, "a memory for each item", "changed", _TEXT_KEYS)
    topics = fields.texts("topics", "entity.expertise")
    message = "files are named, not read"
    knowledge = fields.texts("knowledge", "entity.expertise", message, text_keys=_TEXT_KEYS)
    message = "each is a trait of moderate strength"
    adjectives = fields.texts("adjectives", "personality.core_traits", message, "changed")
    examples = _examples(fields, name)
    fields.text("system", SOURCE_KEY, "held in the original, and obeyed only with consent")
    fields.note_unread()
    soul: JsonObject = {
        "entity": {
            "background": "\n".join(map(sentence, bio)),
            "expertise": _unique([*topics, *knowledge]),
        },
        "personality": {"name": name, "core_traits": new_traits(map(_quality, adjectives))},
        "voice": {"patterns": _unique([*general, *chat])},
        EXAMPLES_KEY: examples,
        _KNOWLEDGE_KEY: _list(document.get("knowledge")) or _unique(knowledge),
        _CHAT_KEY: _unique(chat),
        MEMORIES_KEY: keyed_by_id(new_memory(_LORE, item) for item in lore),
    }
    return complete_soul(log, soul), log.notes


def _quality(adjective: str) -> str:
    return " ".join(map(lower_first, adjective.split()))


def _unique(texts: Iterable[str]) -> list[JsonValue]:
    return list(dict.fromkeys(texts))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _examples(fields: FieldReader, name: str) -> list[JsonValue]:
    """Return the message examples as dialogues of turns, without their actions."""
    value = fields.raw("messageExamples", EXAMPLES_KEY, "dialogues of turns")
    path = (*fields.path, "messageExamples")
    if value is not None and not isinstance(value, list):
        fields.log.wrong_type(path, "a list")
    # A log of its own, so that only the field as a whole is noted.
    log = FieldLog(problems=fields.log.problems)
    dialogues: list[JsonValue] = []
    for index, item in enumerate(_list(value)):
        example: JsonValue = {"examples": item} if isinstance(item, list) else item
        if not isinstance(example, dict):
            log.wrong_type((*path, index), "a list of messages")
            continue
        reader = FieldReader(example, log, (*path, index))
        messages = reader.objects("examples") if "examples" in example else [reader]
        turns: list[JsonValue] = [turn for message in messages if (turn := _turn(message, name))]
        if turns:
            dialogues.append(turns)
    return dialogues


def _turn(message: FieldReader, name: str) -> JsonValue:
    user = message.text("user") or message.text("name")
    if isinstance(message.value.get("content"), dict):
        text = message.object("content").text("text")
    else:
        text = message.text("content")
    if not text:
        return None
    if not user:
        return {"speaker": "person", "text": text}
    if user.casefold() in (name.casefold(), *_CHARACTER_MACROS):
        return {"speaker": "character", "text": text}
    return {"speaker": "person" if user.startswith(_PERSON_MACROS) else user, "text": text}


# -- writing ---------------------------------------------------------------------------------------


def from_soul(soul: Soul) -> JsonObject:
    """Write a soul as a character, without regard to an original."""
    extra = soul.model_extra or {}
    name = soul.name or "character"
    knowledge, chat = _list(extra.get(_KNOWLEDGE_KEY)), _list(extra.get(_CHAT_KEY))
    patterns, expertise = soul.voice.patterns, soul.entity.expertise
    return {
        "name": name,
        "bio": [line for line in (soul.entity.background or "").split("\n") if line.strip()],
        "lore": [memory.core_memory for memory in memories_of(soul)],
        "adjectives": [trait.trait for trait in soul.personality.core_traits if trait.strength > 0],
        "topics": [item for item in expertise if item not in knowledge],
        "knowledge": [item for item in knowledge if item in expertise or not isinstance(item, str)],
        "style": {
            "all": [item for item in patterns if item not in chat],
            "chat": [item for item in patterns if item in chat],
            "post": [],
        },
        _EXAMPLES: list(_message_examples(soul, name)),
        "postExamples": [],
    }


def _message_examples(soul: Soul, name: str) -> Iterator[JsonValue]:
    speakers = {CHARACTER: name, PERSON: _USER_MACRO}
    for dialogue in dialogues_of(soul):
        yield [
            {"user": speakers.get(turn.speaker, turn.speaker), "content": {"text": turn.text}}
            for turn in dialogue
        ]


# -- the format ------------------------------------------------------------------------------------


def _spell_in(document: JsonValue, scene: Scene, spelling: Spelling) -> JsonValue:
    """Write out the macros, but the name of the person in examples, which Eliza makes up."""
    fields = as_object(document)
    examples = in_all_texts(fields.get(_EXAMPLES), scene, replace(spelling, person=_USER_MACRO))
    written = as_object(in_all_texts({**fields, _EXAMPLES: []}, scene, spelling))
    return {**written, _EXAMPLES: examples}


_CODEC: Final = Codec(
    frozenset({_NAME}),
    to_soul,
    from_soul,
    carrier=("settings",),
    macros=FewMacros(spell_in=_spell_in),
)


def is_character(keys: Collection[str]) -> bool:
    """Return whether an object with these keys is a character."""
    if "name" not in keys or "data" in keys or "entity" in keys:
        return False
    if "bio" in keys and any(key in keys for key in _FURTHER_KEYS):
        return True
    return sum(key in keys for key in _TYPICAL_KEYS) >= _MIN_TYPICAL_KEYS


def detect(source: Source) -> bool:
    """Detect an object with a name and keys that are typical of Eliza."""
    document = source.document
    return isinstance(document, dict) and is_character(document)


def decode(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` with each wrong field."""
    return read_character(as_object(source.document), source)


def read_character(document: JsonObject, source: Source) -> Import:
    """Read a character's document, whatever it was written in. Raises as ``decode`` does."""
    return import_document(_CODEC, _NAME, document, source)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a character."""
    return export_document(_CODEC, imported, f"{stem}.character.json")
