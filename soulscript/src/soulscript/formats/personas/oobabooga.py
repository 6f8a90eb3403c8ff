"""Characters of text-generation-webui (Oobabooga), YAML or JSON.

``{name, context, greeting, example_dialogue}``; ``context`` says who the character is, often with
the scenario and examples. Older files have ``your_name`` or ``user`` for the person and ``bot`` for
the character, ``turn_template`` and others for the model, or the keys of Pygmalion in YAML. A file
is written as YAML, whatever it came as: the tool reads that one first.
"""

import re
from collections.abc import Sequence
from typing import Final

from soulscript.formats.base import Export, Import, Source, as_text, json_bytes
from soulscript.formats.personas.card_fields import CardFields, Keys, card_codec, place
from soulscript.formats.personas.yaml_text import MAX_YAML_BYTES, read_yaml, write_yaml
from soulscript.formats.round_trip import import_document, required_soul, write_document
from soulscript.formats.target_macros import CARD_NAMES, FewMacros
from soulscript.jsontext.parser import JsonObject, as_object

_NAME: Final = "oobabooga"
_KEYS: Final[Keys] = {
    "name": ("name", "bot", "char_name"),
    "description": ("context", "char_persona"),
    "first_mes": ("greeting", "char_greeting"),
    "mes_example": ("example_dialogue",),
    "scenario": ("scenario", "world_scenario"),
}
_ALL_KEYS: Final = tuple(key for keys in _KEYS.values() for key in keys)
_PERSON_KEYS: Final[Sequence[str]] = ("your_name", "user")
_TEMPLATE_KEYS: Final[Sequence[str]] = ("turn_template", "instruction_template", "end_of_turn")
_MIN_JSON_KEYS: Final = 2  # beside the name and the context
_DETECTED_CHARS: Final = 65_536  # in which keys of YAML are looked for
_KEY_LINE: Final = re.compile(
    r"^[\"']?([A-Za-z_]\w{0,30})[\"']?[ \t]{0,9}:(?=[ \t\r]|$)", re.MULTILINE
)
_HEAD: Final = re.compile(r"(?>\s|#[^\n]*+\n|---[ \t\r]*+\n|%YAML[^\n]*+\n)*+")
_SECOND_MARK: Final = re.compile(r"^---[ \t\r]*$", re.MULTILINE)


def to_fields(document: JsonObject) -> CardFields:
    """Return the fields of a card that a character gives."""
    found = CardFields()
    found.take(document, _KEYS)
    for key in (key for key in _PERSON_KEYS if key in document):
        found.keep(key, "the name of the person is that of whoever talks with it")
    for key in (key for key in _TEMPLATE_KEYS if key in document):
        found.keep(key, "how a model is addressed; held in the original")
    found.keep_others(document, [*_ALL_KEYS, *_PERSON_KEYS, *_TEMPLATE_KEYS])
    return found


def from_fields(fields: JsonObject, original: JsonObject | None) -> JsonObject:
    """Write the fields of a card as a character."""
    if original is not None:
        return place(fields, _KEYS, original)
    # The tool shows a model the context alone, so all that it is to know stands there.
    texts = [as_text(fields.get(name)) for name in ("description", "personality")]
    if scenario := as_text(fields.get("scenario")):
        texts.append(f"Scenario: {scenario}")
    document: JsonObject = {
        "name": fields.get("name", ""),
        "greeting": fields.get("first_mes", ""),
        "context": "\n".join(filter(None, texts)),
    }
    examples = fields.get("mes_example")
    return document | ({"example_dialogue": examples} if examples else {})


_CODEC: Final = card_codec(_NAME, to_fields, from_fields, macros=FewMacros(CARD_NAMES))


def detect(source: Source) -> bool:
    """Detect YAML, or a JSON object, with a name and what it is said to be."""
    document = source.document
    if isinstance(document, dict):
        typical = ("greeting", "example_dialogue", *_PERSON_KEYS, *_TEMPLATE_KEYS)
        keys = sum(key in document for key in ("name", *typical))
        return isinstance(document.get("context"), str) and keys >= _MIN_JSON_KEYS
    raw = source.single
    if document is not None or raw is None or b"\0" in raw[:64]:
        return False
    return _is_yaml(raw[:_DETECTED_CHARS].decode("utf-8-sig", "replace"))


def _is_yaml(text: str) -> bool:
    text = _HEAD.sub("", text, count=1)
    if not _KEY_LINE.match(text) or _SECOND_MARK.search(text):
        return False
    keys = {match[1] for match in _KEY_LINE.finditer(text)}
    named = keys & {"name", "char_name", "bot"}
    return bool(named and keys & {"context", "greeting", "char_persona", "char_greeting"})


def decode(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` with the place of a fault of the YAML."""
    document = source.document
    if not isinstance(document, dict):
        raw = source.single or b""
        if raw.lstrip().startswith(b"{"):
            source.require_json()
        document = as_object(read_yaml(raw, source.name))
    return import_document(_CODEC, _NAME, document, source, by_key=False)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a character, in YAML; one that carries much, in JSON, which is YAML."""
    name = f"{stem}.yaml"
    document, report = write_document(_CODEC, required_soul(imported, name))
    text = write_yaml(document)
    if len(text) > MAX_YAML_BYTES:
        text = json_bytes(document)  # which is YAML, too, and is read faster
    return Export({name: text, **imported.assets}, report)
