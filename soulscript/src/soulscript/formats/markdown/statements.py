"""What the texts under headings about a character tell: traits, principles, limits, speech."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from soulscript.formats.base import JsonObject
from soulscript.formats.fields import INFERRED, MODERATE, trait
from soulscript.formats.markdown.headings import fold, meaning
from soulscript.formats.markdown.outline import Block
from soulscript.formats.text.phrasing import lowered, named_after, sentence, unended
from soulscript.formats.tinytroupe.person_sentences import PLAIN, graded, quality

Told = tuple[str, Block]
"""A heading and one thing that stands under it."""

BOTH: Final = "both are true"
"""How a tension is settled of which nothing more is said."""
LONG: Final = ("as follows: “", "”")
"""What stands around a style of whole sentences."""
GENERAL: Final = "general"
SITUATIONAL: Final = "situational"
_SHORT: Final = 12  # words of a style or a tone that needs no introduction
_TRAIT_WORDS: Final = 3
_VERSUS: Final = re.compile(r" (?:vs\.?|versus|but|yet|while|↔|/) ", re.IGNORECASE)
_LEVEL: Final = re.compile(r"\((-?(?:0(?:\.[0-9]{1,9})?|1(?:\.0)?))\)\s*:?\s*")
_COMMAS: Final = re.compile(r"[,;] ?(?:and )?| and ")
_TONES: Final = ("tone", "vibe")


def apart(text: str) -> list[str]:
    """Take a list within a sentence apart: "kind, dry and calm"."""
    return [part.strip() for part in _COMMAS.split(unended(text)) if part.strip()]


def _graded(rest: str, key: str) -> tuple[JsonObject, str]:
    """Take a level in brackets from the start of a text: ``(0.6): …``."""
    level = _LEVEL.match(rest)
    if level is None:
        return {key: MODERATE, INFERRED: True}, rest
    return {key: float(level[1]) + 0.0}, rest[level.end() :]


# -- traits ----------------------------------------------------------------------------------------


def traits(told: Sequence[Told], vibe: str) -> tuple[list[JsonObject], list[str]]:
    """Give the traits that are named, and as sentences what is told beside them.

    Where none is named, a vibe that lists qualities names them.
    """
    named: dict[str, JsonObject] = {}
    beside: list[str] = []
    for _, block in told:
        made = [*_traits(block)]
        beside += [] if made else [sentence(block.plain)]
        for one in made:
            named.setdefault(str(one["trait"]).casefold(), one)
    for one in [] if named else _listed(vibe):
        named.setdefault(str(one["trait"]).casefold(), one)
    return [*named.values()], beside


def _traits(block: Block) -> Iterator[JsonObject]:
    name, rest = block.label
    if name:
        if block.item and len(name.split()) <= _TRAIT_WORDS:
            level, rest = _graded(rest, "strength")
            rules = [rule for rule in rest.split("; ") if rule]
            yield {"trait": name, **level, **({"expression_rules": [*rules]} if rules else {})}
        return
    if listed := _listed(block.plain):
        yield from listed
        return
    found, strength, _ = quality(block.plain)
    if found != PLAIN:
        yield trait(found, strength, [block.plain])


def _listed(text: str) -> list[JsonObject]:
    """Give the traits of a list of qualities: "kind, very dry"; none of any other text."""
    parts = [graded(part) for part in apart(text)]
    short = all(len(name.split()) <= _TRAIT_WORDS for name, _ in parts)
    return [trait(name, strength) for name, strength in parts] if short else []


# -- principles ------------------------------------------------------------------------------------


def principles(told: Sequence[Told], tensions: Sequence[Told]) -> list[JsonObject]:
    """Give values, and for each tension a conflict of the value that it begins with."""
    values: dict[str, JsonObject] = {}
    for _, block in told:
        name, rest = block.label
        importance, rest = _graded(rest, "importance")
        text = rest if name else block.plain
        name = name or named_after(text)
        known = values.setdefault(name.casefold(), {"name": name, **importance, "expression": ""})
        before = str(known["expression"])
        known["expression"] = f"{sentence(before)} {text}" if before else text or name
    for _, block in tensions:
        _add_tension(values, *block.lead)
    return [*values.values()]


def _add_tension(values: dict[str, JsonObject], lead: str, rest: str) -> None:
    """Write a tension, ``order vs play: …``, as a conflict between two values."""
    head = lead or unended(rest)
    text = rest or lead
    sides = [side.strip(" ,") for side in _VERSUS.split(head, maxsplit=1)]
    name = sides[0] if sides[1:] else named_after(head)
    fresh: JsonObject = {
        "name": name,
        "importance": MODERATE,
        "expression": text,
        INFERRED: True,
    }
    value = values.setdefault(name.casefold(), fresh)
    if sides[1:]:
        conflict: JsonObject = {"value": sides[1], "resolution": text if lead and rest else BOTH}
        before = value.get("conflicts")
        value["conflicts"] = [*(before if isinstance(before, list) else []), conflict]


def boundaries(told: Sequence[Told]) -> Iterator[JsonObject]:
    """Give limits; what is bold names their kind, what is in brackets at the end their force."""
    for _, block in told:
        kind, rest = block.lead
        description, enforcement = rest or kind, SITUATIONAL
        if kind and rest.endswith(")") and " (" in rest:
            description, _, enforcement = rest[:-1].rpartition(" (")
        yield {
            "type": kind if kind and rest else GENERAL,
            "description": description,
            "enforcement": enforcement,
        }


# -- ways to speak ---------------------------------------------------------------------------------


def style(facts: Mapping[str, str], told: Sequence[Told]) -> str:
    """Give the way of speaking: a fact, else the paragraphs, so that they end a sentence."""
    if "style" in facts:
        return lowered(unended(facts["style"]))
    texts = [
        block.plain for title, block in told if not block.item and not _tells_tone(title, block)
    ]
    if not texts:
        return ""
    text = " ".join([*map(sentence, texts[:-1]), unended(texts[-1])])
    return lowered(text) if _is_short(text) else text.join(LONG)


def tone(facts: Mapping[str, str], told: Sequence[Told]) -> str:
    """Give the tone: a fact, else a short paragraph under a heading that says so."""
    told_of = (block.plain for title, block in told if _tells_tone(title, block))
    return lowered(unended(facts.get("tone") or next(told_of, "")))


def _tells_tone(title: str, block: Block) -> bool:
    return not block.item and fold(title) in _TONES and _is_short(block.plain)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _SHORT and ". " not in text


def vocabulary(told: Sequence[Told]) -> Iterator[str]:
    """Say which words somebody uses, and for what."""
    for _, block in told:
        term, sense = block.label
        yield f"says “{term}” for {unended(sense)}" if term and sense else f"says “{block.plain}”"


def opinions(told: Sequence[Told]) -> dict[str, str]:
    """Give what is thought of each topic: a bold word, a heading of its own, or the first words."""
    found: dict[str, list[str]] = {}
    for title, block in told:
        lead, rest = block.label
        own = "" if meaning(title) else title
        topic, text = (own, block.plain) if own else (lead or named_after(rest), rest)
        found.setdefault(topic, []).append(text)
    return {topic: " ".join(map(sentence, texts)) for topic, texts in found.items()}
