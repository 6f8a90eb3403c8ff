"""Chapters about a character -> its soul: what the texts of each role become."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from soulscript.formats.base import INFERRED_KEY, MEMORIES_KEY, MODERATE, SOURCE_KEY
from soulscript.formats.fields import (
    FieldLog,
    complete_soul,
    keyed_by_id,
    new_memory,
    new_trait,
    new_value,
)
from soulscript.formats.markdown.chapters import (
    Block,
    Chapter,
    chapters_of,
    fold,
    role_of_file,
    role_of_heading,
)
from soulscript.formats.sources import DEFAULT_EXPRESSION, avatar_of
from soulscript.formats.text_interpretation import (
    UNNAMED_QUALITY,
    lower_first,
    principle_name,
    quality_of,
    sentence,
    split_degree,
    without_full_stop,
)
from soulscript.jsontext.parser import JsonObject
from soulscript.model.memory import PROFILE
from soulscript.model.soul import AVATAR, ENGINE, avatar
from soulscript.reading.soul_dialects import DEFAULT_ENFORCEMENT, DEFAULT_TYPE
from soulscript.report import Note

_EMOJI_KEY: Final = "md:emoji"
_HEADING_PREFIX: Final = "md:"  # of the keys for unknown headings
_FACT: Final = "fact"  # kind of memory
ROLE_PATHS: Final = {
    "identity": "entity.background",
    "list": "entity.background",
    "values": "values",
    "tensions": "values",
    "voice": "voice",
    "vocabulary": "voice.patterns",
    "boundaries": "relationship.boundaries",
    "relationship": "relationship.style",
    "expertise": "entity.expertise",
    "opinions": f"{ENGINE}.opinions",
    "catchphrases": f"{ENGINE}.catchphrases",
    "personality": "personality.core_traits",
    "memory": MEMORIES_KEY,
    "profile": MEMORIES_KEY,
}
"""Role of a heading -> the part of a soul that its body becomes."""
FACT_PATHS: Final = {
    "name": "personality.name",
    "form": "entity.form",
    "occupation": "entity.occupation",
    "gender": "entity.gender",
    "age": "entity.age",
    "tone": "voice.tone",
    "style": "voice.style",
    "qualities": "voice.qualities",
    "emoji": _EMOJI_KEY,
    "avatar": AVATAR,
}
"""Fact -> the part of a soul that it becomes."""

TitledBlock = tuple[str, Block]
"""A heading and a block of its body."""


@dataclass(slots=True)
class _Contents:
    """The facts and chapters of all files; of a fact stated twice the first counts."""

    log: FieldLog = field(default_factory=FieldLog)
    facts: dict[str, str] = field(default_factory=dict)
    chapters: list[Chapter] = field(default_factory=list)

    def blocks(self, role: str) -> list[TitledBlock]:
        return [
            (chapter.title, block)
            for chapter in self.chapters
            if chapter.role == role
            for block in chapter.blocks
        ]

    def texts(self, role: str) -> list[str]:
        return [block.plain for _, block in self.blocks(role)]


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of ``{file name: text}``, and a note for each heading."""
    contents = _contents(document)
    facts, log = contents.facts, contents.log
    traits, other_sentences = _traits(contents.blocks("personality"), facts.get("tone", ""))
    style = contents.texts("relationship")
    image = facts.get("avatar", "")
    looks = avatar_of([(DEFAULT_EXPRESSION, image)]) if image else {}
    soul: JsonObject = {
        "entity": _entity(contents, other_sentences),
        "personality": {"name": facts.get("name", ""), "core_traits": [*traits]},
        "values": [*_values(contents.blocks("values"), contents.blocks("tensions"))],
        "voice": _voice(contents),
        "relationship": {
            "style": " ".join(map(sentence, style)) if len(style) > 1 else "".join(style),
            "boundaries": [*_boundaries(contents.blocks("boundaries"))],
        },
        # An image that is neither a file nor a URL is kept as text.
        **({f"{_HEADING_PREFIX}{AVATAR}": image} if avatar(looks)[1] else {AVATAR: looks}),
        ENGINE: _engine_notes(contents),
        _EMOJI_KEY: facts.get("emoji", ""),
        MEMORIES_KEY: keyed_by_id(_memories(contents)),
        **_unknown_headings(contents),
    }
    return complete_soul(log, soul), log.notes


def _contents(document: JsonObject) -> _Contents:
    """Split all files into chapters, those on identity first, and note each heading."""
    contents = _Contents()
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    roles = {name: role_of_file(name, alone=len(texts) == 1) for name in texts}
    for name in sorted(texts, key=lambda name: roles[name] != "identity"):
        role = roles[name]
        if role is None:
            message = "says nothing about the character itself"
            contents.log.note("kept", (name,), SOURCE_KEY, message)
            continue
        for chapter in chapters_of(name, texts[name], role):
            contents.log.notes.extend(_notes(chapter))
            for fact, (text, _) in chapter.facts.items():
                contents.facts.setdefault(fact, text)
            contents.chapters.append(chapter)
    return contents


def _notes(chapter: Chapter) -> Iterator[Note]:
    path = f"{chapter.file}#{chapter.section.title}"
    for fact in chapter.facts:
        yield Note("kept", path, FACT_PATHS[fact], f"its {fact}")
    if chapter.blocks:
        became = ROLE_PATHS.get(chapter.role, f"{_HEADING_PREFIX}{chapter.title.lower()}")
        yield Note("changed", path, became, "what stands under this heading")
    if chapter.placeholders:
        message = f"{chapter.placeholders} placeholders count as empty"
        yield Note("kept", path, SOURCE_KEY, message)
    if chapter.remarks:
        yield Note("kept", path, SOURCE_KEY, "is about the file, not the character")


def _entity(contents: _Contents, other_sentences: list[str]) -> JsonObject:
    lists: dict[str, list[str]] = {}
    for title, block in contents.blocks("list"):
        lists.setdefault(title, []).append(without_full_stop(block.plain))
    lines = [sentence(f"{title}: {'; '.join(texts)}") for title, texts in lists.items()]
    background = [*map(sentence, contents.texts("identity")), *other_sentences, *lines]
    facts = {key: contents.facts.get(key, "") for key in ("form", "occupation", "gender", "age")}
    return {
        **facts,
        "background": "\n".join(background),
        "expertise": [*dict.fromkeys(map(without_full_stop, contents.texts("expertise")))],
    }


def _engine_notes(contents: _Contents) -> JsonObject:
    notes: JsonObject = {
        "catchphrases": [*contents.texts("catchphrases")],
        "opinions": {**_opinions(contents.blocks("opinions"))},
        "emoji": "emoji" in contents.facts,
    }
    return {key: value for key, value in notes.items() if value}


def _memories(contents: _Contents) -> Iterator[JsonObject]:
    """Yield a memory for each text to be remembered, and one for each file about the person."""
    profiles: dict[str, list[str]] = {}
    for chapter in contents.chapters:
        texts = [block.plain for block in chapter.blocks]
        if chapter.role == "memory":
            yield from (new_memory(_FACT, text) for text in dict.fromkeys(texts))
        elif chapter.role == "profile":
            profiles.setdefault(chapter.file, []).extend(texts)
    for texts in filter(None, profiles.values()):
        yield new_memory(PROFILE, "\n".join(texts))


def _unknown_headings(contents: _Contents) -> JsonObject:
    texts: dict[str, list[str]] = {}
    for chapter in contents.chapters:
        if not chapter.role and chapter.blocks:
            key = f"{_HEADING_PREFIX}{chapter.title.lower()}"
            texts.setdefault(key, []).extend(block.plain for block in chapter.blocks)
    return {key: "\n".join(lines) for key, lines in texts.items()}


# -- traits ----------------------------------------------------------------------------------------

_MAX_TRAIT_WORDS: Final = 3
_LEVEL: Final = re.compile(r"\((-?(?:0(?:\.[0-9]{1,9})?|1(?:\.0)?))\)\s*:?\s*")  # (0.6):
_COMMAS: Final = re.compile(r"[,;] ?(?:and )?| and ")


def _split_list(text: str) -> list[str]:
    """Split a list within a sentence: "kind, dry and calm"."""
    return [part.strip() for part in _COMMAS.split(without_full_stop(text)) if part.strip()]


def _split_level(text: str, key: str) -> tuple[JsonObject, str]:
    """Split a level in brackets, as an object with this key, from the start of a text."""
    level = _LEVEL.match(text)
    if level is None:
        return {key: MODERATE, INFERRED_KEY: True}, text
    return {key: float(level[1]) + 0.0}, text[level.end() :]  # + 0.0 turns -0.0 into 0.0


def _traits(blocks: Sequence[TitledBlock], tone: str) -> tuple[list[JsonObject], list[str]]:
    """Return the traits of blocks, and the blocks without traits as sentences.

    Where no block has traits, a tone that lists qualities gives them.
    """
    traits: dict[str, JsonObject] = {}
    other_sentences: list[str] = []
    for _, block in blocks:
        block_traits = [*_block_traits(block)]
        other_sentences += [] if block_traits else [sentence(block.plain)]
        for trait in block_traits:
            traits.setdefault(str(trait["trait"]).casefold(), trait)
    for trait in [] if traits else _listed_traits(tone):
        traits.setdefault(str(trait["trait"]).casefold(), trait)
    return [*traits.values()], other_sentences


def _block_traits(block: Block) -> Iterator[JsonObject]:
    name, rest = block.label
    if name:
        if block.is_item and len(name.split()) <= _MAX_TRAIT_WORDS:
            level, rest = _split_level(rest, "strength")
            rules = [rule for rule in rest.split("; ") if rule]
            yield {"trait": name, **level, **({"expression_rules": [*rules]} if rules else {})}
        return
    if listed := _listed_traits(block.plain):
        yield from listed
        return
    quality, strength, _ = quality_of(block.plain)
    if quality != UNNAMED_QUALITY:
        yield new_trait(quality, strength, [block.plain])


def _listed_traits(text: str) -> list[JsonObject]:
    """Return the traits of a list such as "kind, very dry"; none for any other text."""
    parts = [split_degree(part) for part in _split_list(text)]
    is_list = all(len(name.split()) <= _MAX_TRAIT_WORDS for name, _ in parts)
    return [new_trait(name, strength) for name, strength in parts] if is_list else []


# -- values and boundaries -------------------------------------------------------------------------

_VERSUS: Final = re.compile(r" (?:vs\.?|versus|but|yet|while|↔|/) ", re.IGNORECASE)
_DEFAULT_RESOLUTION: Final = "both are true"


def _values(blocks: Sequence[TitledBlock], tensions: Sequence[TitledBlock]) -> list[JsonObject]:
    """Return the values, each tension as a conflict of the value that it begins with."""
    values: dict[str, JsonObject] = {}
    for _, block in blocks:
        name, rest = block.label
        importance, rest = _split_level(rest, "importance")
        text = rest if name else block.plain
        name = name or principle_name(text)
        value = values.setdefault(name.casefold(), {"name": name, **importance, "expression": ""})
        before = str(value["expression"])
        value["expression"] = f"{sentence(before)} {text}" if before else text or name
    for _, block in tensions:
        _add_tension(values, *block.lead)
    return [*values.values()]


def _add_tension(values: dict[str, JsonObject], lead: str, rest: str) -> None:
    """Add a tension, ``order vs play: …``, as a conflict between two values."""
    head = lead or without_full_stop(rest)
    text = rest or lead
    sides = [side.strip(" ,") for side in _VERSUS.split(head, maxsplit=1)]
    name = sides[0] if sides[1:] else principle_name(head)
    value = values.setdefault(name.casefold(), new_value(name, text))
    if sides[1:]:
        resolution = text if lead and rest else _DEFAULT_RESOLUTION
        conflict: JsonObject = {"value": sides[1], "resolution": resolution}
        before = value.get("conflicts")
        value["conflicts"] = [*(before if isinstance(before, list) else []), conflict]


def _boundaries(blocks: Sequence[TitledBlock]) -> Iterator[JsonObject]:
    """Yield boundaries: bold text is the type, text in brackets at the end the enforcement."""
    for _, block in blocks:
        kind, rest = block.lead
        description, enforcement = rest or kind, DEFAULT_ENFORCEMENT
        if kind and rest.endswith(")") and " (" in rest:
            description, _, enforcement = rest[:-1].rpartition(" (")
        yield {
            "type": kind if kind and rest else DEFAULT_TYPE,
            "description": description,
            "enforcement": enforcement,
        }


# -- voice and opinions ----------------------------------------------------------------------------

QUOTED_STYLE: Final = ("as follows: “", "”")
"""The text around a style of several sentences, which must continue "Your style is"."""
_MAX_STYLE_WORDS: Final = 12  # of a style or tone that needs no quotes
_TONE_HEADINGS: Final = ("tone", "vibe")


def _voice(contents: _Contents) -> JsonObject:
    blocks, facts = contents.blocks("voice"), contents.facts
    patterns = [block.plain for _, block in blocks if block.is_item]
    vocabulary = [_usage(block) for _, block in contents.blocks("vocabulary")]
    return {
        "style": _style(facts, blocks),
        "tone": _tone(facts, blocks),
        "qualities": [*_split_list(facts.get("qualities", ""))],
        "patterns": [*dict.fromkeys([*patterns, *vocabulary])],
    }


def _style(facts: Mapping[str, str], blocks: Sequence[TitledBlock]) -> str:
    """Return the style: a fact, else the paragraphs, worded to end a sentence."""
    if "style" in facts:
        return lower_first(without_full_stop(facts["style"]))
    texts = [
        block.plain for title, block in blocks if not block.is_item and not _is_tone(title, block)
    ]
    if not texts:
        return ""
    text = " ".join([*map(sentence, texts[:-1]), without_full_stop(texts[-1])])
    return lower_first(text) if _is_short(text) else text.join(QUOTED_STYLE)


def _tone(facts: Mapping[str, str], blocks: Sequence[TitledBlock]) -> str:
    """Return the tone: a fact, else a short paragraph under a heading such as "Tone"."""
    texts = (block.plain for title, block in blocks if _is_tone(title, block))
    return lower_first(without_full_stop(facts.get("tone") or next(texts, "")))


def _is_tone(title: str, block: Block) -> bool:
    return not block.is_item and fold(title) in _TONE_HEADINGS and _is_short(block.plain)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _MAX_STYLE_WORDS and ". " not in text


def _usage(block: Block) -> str:
    """Return how a term of the vocabulary is used, as a pattern of speech."""
    term, sense = block.label
    if term and sense:
        return f"says “{term}” for {without_full_stop(sense)}"
    return f"says “{block.plain}”"


def _opinions(blocks: Sequence[TitledBlock]) -> dict[str, str]:
    """Return topic -> opinion; the topic is an own heading, a label or the first words."""
    opinions: dict[str, list[str]] = {}
    for title, block in blocks:
        lead, rest = block.label
        if role_of_heading(title):
            topic, text = lead or principle_name(rest), rest
        else:
            topic, text = title, block.plain
        opinions.setdefault(topic, []).append(text)
    return {topic: " ".join(map(sentence, texts)) for topic, texts in opinions.items()}
