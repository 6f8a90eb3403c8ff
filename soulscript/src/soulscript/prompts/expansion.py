"""The macros of a soul expanded, so that a voice can say its texts as they stand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from pydantic import JsonValue

from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.dialogues import (
    ALTERNATES_KEY,
    EXAMPLES_KEY,
    GROUP_OPENINGS_KEY,
    OPENING_KEY,
    PERSONALITY_KEY,
    SCENARIO_KEY,
    dialogues_of,
    openings_of,
)
from soulscript.model.soul import ENGINE, Soul
from soulscript.text.macros import MacroBudget, Scene, draws_chance, expand, has_macros, tells_time

NICKNAME_KEY: Final = "st:nickname"
"""Key of a soul for the name that it goes by, which ``{{char}}`` stands for (cards V3)."""
_MAX_ADDED_CHARS: Final = 1 << 20
"""Characters that all macros of a soul together may add."""
_SAID: Final = frozenset({ENGINE, OPENING_KEY, ALTERNATES_KEY, GROUP_OPENINGS_KEY})
"""Keys of texts that are said to the person."""
_APART: Final = ("soul:source", "soul:soul", "soul:memories")
"""Keys of what no voice says as it stands: originals, and memories, which are expanded one by one.
"""


def scene_of(soul: Soul, scene: Scene | None = None) -> Scene:
    """Return what the macros in a soul's own texts stand for; the rest is as in ``scene``."""
    extra = soul.model_extra or {}
    nickname, version = extra.get(NICKNAME_KEY), extra.get("st:character_version")
    personality = (soul.personality.model_extra or {}).get(PERSONALITY_KEY)
    fields = {
        "description": soul.entity.background,
        "personality": personality,
        "scenario": extra.get(SCENARIO_KEY),
        "charversion": version,
        "char_version": version,
        "greeting": next(iter(openings_of(soul)), ""),
    }
    return replace(
        scene or Scene(""),
        character=nickname.strip() if isinstance(nickname, str) and nickname.strip() else soul.name,
        fields={key: value for key, value in fields.items() if isinstance(value, str)},
    )


def expanded(soul: Soul, scene: Scene | None = None) -> Soul:
    """Return the soul with all macros expanded, itself where it has none.

    Its original and its memories stay as they are.
    """
    document = soul.dump()
    texts = {key: value for key, value in document.items() if key not in _APART}
    if not any(map(has_macros, _texts(texts))):
        return soul
    own, budget = scene_of(soul, scene), MacroBudget(_MAX_ADDED_CHARS)
    if isinstance(texts.get(EXAMPLES_KEY), str):
        # The names before its turns are macros, too: the turns are told apart first.
        texts[EXAMPLES_KEY] = [
            [{"speaker": turn.speaker, "text": turn.text} for turn in dialogue]
            for dialogue in dialogues_of(soul)
        ]
    for key, value in texts.items():
        of_key = replace(own, is_addressed=key in _SAID)
        document[key] = _mapped(value, partial(expand, scene=of_key, budget=budget))
    return Soul.model_validate(document)


def depends_on(soul: Soul) -> tuple[bool, bool]:
    """Return whether the soul's texts expand to others at another time, and with another seed."""
    document: JsonObject = {key: value for key, value in soul.dump().items() if key not in _APART}
    texts = [text for text in _texts(document) if has_macros(text)]
    return any(map(tells_time, texts)), any(map(draws_chance, texts))


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _mapped(value: JsonValue, change: Callable[[str], str]) -> JsonValue:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in as_object(value).items()}
    return value
