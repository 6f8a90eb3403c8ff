"""Eliza characters: ``{name, bio, lore, adjectives, topics, style, messageExamples, …}``.

Lists may be single texts, message examples are lists of turns, or (V2) ``{examples: […]}`` with
``name`` in the place of ``user``. Posts, plugins and models are held in the original; the system
prompt too, and it is obeyed only where somebody agrees to it. Secrets are dropped.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MEMORIES, SOURCE, Export, Import, JsonObject, Source
from soulscript.formats.documents import exported, imported
from soulscript.formats.fields import Account, Fields, by_id, memory, traits, whole
from soulscript.formats.round_trip import Codec, memories_of
from soulscript.formats.text.phrasing import lowered, sentence
from soulscript.model.soul import Soul
from soulscript.report import Note

NAME: Final = "eliza"
ENDING: Final = ".character.json"
EXAMPLES: Final = "st:examples"  # the same key as of character cards: dialogues of turns
_KNOWLEDGE: Final = "eliza:knowledge"  # the list as it was: which of the expertise it gave
_CHAT: Final = "eliza:chat"  # which of the patterns came as style for chats
_LORE: Final = "lore"
_SIGNS: Final = ("bio", "lore", "adjectives", "messageExamples", "postExamples", "style", "topics")
_ENOUGH: Final = 2  # signs, beside a name, by which a character is known
_PERSON: Final = "{{user1}}"
_ONE: Final = ("text", "content")


def soul_of(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Make a soul of a character, with a note for each field.

    Raises ``NotASoulError`` that names each field of another type than it should be.
    """
    account = Account()
    fields = Fields(document, account)
    name = fields.text("name", "personality.name")
    style = fields.inner("style")
    general = style.texts("all", "voice.patterns")
    chat = style.texts("chat", "voice.patterns")
    style.rest("style of posts is held in the original")
    background, lore = _past(fields)
    expertise = fields.texts("topics", "entity.expertise")
    knowledge = fields.texts(
        "knowledge", "entity.expertise", "files are named, not read", named=_ONE
    )
    adjectives = fields.texts("adjectives", "personality.core_traits", _INFERRED, "changed")
    examples = _examples(fields, name)
    fields.text("system", SOURCE, "held in the original, and obeyed only with consent")
    fields.rest()
    soul: JsonObject = {
        "entity": {"background": background, "expertise": _once([*expertise, *knowledge])},
        "personality": {"name": name, "core_traits": traits(map(_adjective, adjectives))},
        "voice": {"patterns": _once([*general, *chat])},
        EXAMPLES: examples,
        _KNOWLEDGE: _listed(document.get("knowledge")) or _once(knowledge),
        _CHAT: _once(chat),
        MEMORIES: by_id(lore),
    }
    return whole(account, soul), account.notes


_INFERRED: Final = "each is a trait of moderate strength"


def _past(fields: Fields) -> tuple[str, list[JsonObject]]:
    """Give the background, a line for each item of the biography, and the lore as memories."""
    bio = fields.texts("bio", "entity.background", "a line for each item", "changed", named=_ONE)
    lore = fields.texts("lore", MEMORIES, "a memory for each item", "changed", named=_ONE)
    return "\n".join(map(sentence, bio)), [memory(_LORE, item) for item in lore]


def _adjective(text: str) -> str:
    return " ".join(lowered(word) for word in text.split())


def _once(texts: Iterable[str]) -> list[JsonValue]:
    return list(dict.fromkeys(texts))


# -- examples --------------------------------------------------------------------------------------


def _examples(fields: Fields, name: str) -> list[JsonValue]:
    """Take example dialogues as turns of ``{"speaker", "text"}``, without their actions."""
    value = fields.said("messageExamples", EXAMPLES, "dialogues of turns")
    here = (*fields.path, "messageExamples")
    if value is not None and not isinstance(value, list):
        fields.account.wrong(here, "a list")
    quiet = Account(problems=fields.account.problems)  # one note for the field is enough
    dialogues: list[JsonValue] = []
    for place, item in enumerate(value if isinstance(value, list) else ()):
        within: JsonValue = {"examples": item} if isinstance(item, list) else item
        if not isinstance(within, dict):
            quiet.wrong((*here, place), "a list of messages")
            continue
        holder = Fields(within, quiet, (*here, place))
        messages = holder.each("examples") if "examples" in within else [holder]
        turns: list[JsonValue] = [turn for message in messages if (turn := _turn(message, name))]
        if turns:
            dialogues.append(turns)
    return dialogues


def _turn(message: Fields, name: str) -> JsonValue:
    user = message.text("user") or message.text("name")
    content = message.value.get("content")
    said = (
        message.inner("content").text("text")
        if isinstance(content, dict)
        else message.text("content")
    )
    if not said:
        return None
    if user and user.casefold() == name.casefold():
        return {"speaker": "character", "text": said}
    return {"speaker": "person" if not user or user.startswith("{{user") else user, "text": said}


# -- writing ---------------------------------------------------------------------------------------


def document_of(soul: Soul) -> JsonObject:
    """Write a soul anew as a character."""
    extra = soul.model_extra or {}
    name = soul.name or "character"
    knowledge = _listed(extra.get(_KNOWLEDGE))
    chat = _listed(extra.get(_CHAT))
    patterns, expertise = soul.voice.patterns, soul.entity.expertise
    return {
        "name": name,
        "bio": [line for line in (soul.entity.background or "").split("\n") if line.strip()],
        "lore": [found.core_memory for found in memories_of(soul)],
        "adjectives": [trait.trait for trait in soul.personality.core_traits if trait.strength > 0],
        "topics": [item for item in expertise if item not in knowledge],
        "knowledge": [item for item in knowledge if item in expertise or not isinstance(item, str)],
        "style": {
            "all": [item for item in patterns if item not in chat],
            "chat": [item for item in patterns if item in chat],
            "post": [],
        },
        "messageExamples": list(_written(extra.get(EXAMPLES), name)),
        "postExamples": [],
    }


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _written(value: JsonValue, name: str) -> Iterator[JsonValue]:
    for turns in _listed(value):
        said = [turn for turn in _listed(turns) if isinstance(turn, dict)]
        if said:
            yield [_message(turn, name) for turn in said]


def _message(turn: JsonObject, name: str) -> JsonValue:
    speaker = {"character": name, "person": _PERSON}.get(str(turn.get("speaker")))
    return {"user": speaker or turn.get("speaker"), "content": {"text": turn.get("text")}}


# -- files -----------------------------------------------------------------------------------------

SHAPE: Final = Codec(frozenset({NAME}), soul_of, document_of, place=("settings",))


def sees(source: Source) -> bool:
    """Whether it is an object with a name and some of what only Eliza characters have."""
    document = source.document
    if not isinstance(document, dict) or "name" not in document:
        return False
    if "data" in document or "entity" in document:
        return False
    return sum(key in document for key in _SIGNS) >= _ENOUGH


def reads(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` that names what is wrong and where."""
    document = source.document if isinstance(source.document, dict) else {}
    return imported(SHAPE, NAME, document, source)


def writes(what: Import, stem: str) -> Export:
    """Write a soul as a character."""
    return exported(SHAPE, what, stem + ENDING)
