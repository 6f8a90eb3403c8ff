"""Paragraphs and items of lists -> traits, values, boundaries and patterns of speech.

``READERS`` says of each role whether a text reads as it; the other functions read those that do.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from soulscript.formats.base import MODERATE
from soulscript.formats.fields import new_trait, new_value
from soulscript.formats.markdown.chapters import PRINCIPLE
from soulscript.formats.markdown.headings import (
    fact_of_label,
    fold,
    role_of_heading,
    without_number,
)
from soulscript.formats.markdown.outline import Block
from soulscript.formats.text_interpretation import (
    UNNAMED_QUALITY,
    lower_first,
    principle_name,
    quality_of,
    split_degree,
    without_full_stop,
)
from soulscript.formats.text_interpretation import sentence as english_sentence
from soulscript.jsontext.parser import JsonObject
from soulscript.model.dialogues import INFERRED_KEY
from soulscript.reading.soul_dialects import DEFAULT_ENFORCEMENT, DEFAULT_TYPE

TitledBlock = tuple[str, Block]
"""A heading and a block of its body."""
_OTHER_ENDS: Final = ("。", "！", "？", "؟", "।", ")", "）", "」", "*")


# -- traits ----------------------------------------------------------------------------------------

_MAX_TRAIT_WORDS: Final = 3
_MAX_TRAIT_CHARS: Final = 40
_MAX_UNSPACED_SIGNS: Final = 8
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NO_TRAIT: Final = frozenset(
    [
        "no",
        "not",
        "never",
        "don't",
        "doesn't",
        "always",
        "the",
        "a",
        "an",
        "to",
        "of",
        "in",
        "on",
        "at",
        "for",
        "with",
        "without",
        "and",
        "or",
        "but",
        "is",
        "are",
        "am",
        "be",
        "you",
        "your",
        "i",
        "my",
        "they",
        "he",
        "she",
        "it",
        "we",
        "this",
        "that",
        "if",
        "when",
    ]
)
_LEVEL: Final = re.compile(r"\((-?(?:0(?:\.[0-9]{1,9})?|1(?:\.0)?))\)\s*:?\s*")  # (0.6):
_COMMAS: Final = re.compile(r"[,;،、，；] ?(?:and )?| (?:and|und|et|y|e|en|и|i|ve) ")


def _split_list(text: str) -> list[str]:
    """Split a list within a sentence: "kind, dry and calm"."""
    return [part.strip() for part in _COMMAS.split(_without_stop(text)) if part.strip()]


def sentence(text: str) -> str:
    """Return a text on one line, ended as a sentence in its own script."""
    line = " ".join(text.split())
    return line if line.endswith(_OTHER_ENDS) else english_sentence(line)


def _without_stop(text: str) -> str:
    return without_full_stop(text).removesuffix("。")


def _split_level(text: str, key: str) -> tuple[JsonObject, str]:
    """Split a level in brackets, as an object with this key, from the start of a text."""
    level = _LEVEL.match(text)
    if level is None:
        return {key: MODERATE, INFERRED_KEY: True}, text
    return {key: float(level[1]) + 0.0}, text[level.end() :]  # + 0.0 turns -0.0 into 0.0


def traits_of(blocks: Sequence[TitledBlock], tone: str) -> list[JsonObject]:
    """Return the traits of blocks; the rules of a trait that is named twice are joined.

    Where no block has traits, a tone that lists qualities gives them.
    """
    traits: dict[str, JsonObject] = {}
    for trait in (trait for _, block in blocks for trait in _block_traits(block)):
        first = traits.setdefault(str(trait["trait"]).casefold(), trait)
        if first is not trait and isinstance(rules := trait.get("expression_rules"), list):
            before = first.get("expression_rules")
            first["expression_rules"] = [*(before if isinstance(before, list) else []), *rules]
    return [*traits.values()] or _listed_traits(tone)


def _block_traits(block: Block) -> Iterator[JsonObject]:
    name, rest = block.label
    if name:
        names_aspect = fact_of_label(name) or role_of_heading(name)
        if block.is_item and _is_short_name(name) and not names_aspect:
            level, rest = _split_level(rest, "strength")
            rules = [rule for rule in rest.split("; ") if rule]
            yield {"trait": name, **level, **({"expression_rules": [*rules]} if rules else {})}
        return
    if listed := _listed_traits(block.plain):
        yield from listed
        return
    quality, strength, is_bare = quality_of(block.plain)
    if quality != UNNAMED_QUALITY and not is_bare:
        yield new_trait(quality, strength, [block.plain])


def _is_short_name(text: str) -> bool:
    """Return whether a text can be the name of a trait: at most three words, and none of them "no".

    A script without spaces has names of at most eight signs.
    """
    words = text.casefold().split()
    limit = (
        _MAX_TRAIT_CHARS if text.isascii() or not _UNSPACED.search(text) else _MAX_UNSPACED_SIGNS
    )
    is_short = 0 < len(words) <= _MAX_TRAIT_WORDS and len(text) <= limit
    return is_short and not _NO_TRAIT.intersection(words) and not set(".!?。！？…|") & set(text)


def _listed_traits(text: str) -> list[JsonObject]:
    """Return the traits of a list such as "kind, very dry"; none for any other text."""
    parts = [split_degree(part) for part in _split_list(text)]
    is_sentence = len(parts) == 1 and _without_stop(text) != text
    is_list = not is_sentence and all(_is_short_name(name) for name, _ in parts)
    return [new_trait(name, strength) for name, strength in parts] if is_list else []


# -- values and boundaries -------------------------------------------------------------------------

_VERSUS: Final = re.compile(r" (?:vs\.?|versus|but|yet|while|↔|/) ", re.IGNORECASE)
_MAX_VALUE_NAME_CHARS: Final = 80
_MAX_DASHED_CHARS: Final = 40


def values_of(
    values: Sequence[TitledBlock],
    principles: Sequence[TitledBlock],
    tensions: Sequence[TitledBlock],
) -> list[JsonObject]:
    """Return the values, each tension as a conflict of the value that it begins with.

    A principle is a text under a heading of its own, which names a value.
    """
    found: dict[str, JsonObject] = {}
    for _, block in values:
        _add_value(found, *_named_value(block))
    named: dict[str, list[str]] = {}
    for title, block in principles:
        named.setdefault(without_number(title), []).append(block.plain)
    for title, texts in named.items():
        _add_value(found, title, " ".join([*map(sentence, texts[:-1]), texts[-1]]))
    for _, block in tensions:
        _add_tension(found, *block.lead)
    return [*found.values()]


def _named_value(block: Block) -> tuple[str, str]:
    """Return the name of a value, and what is said of it with its level at the start."""
    name, rest = block.label
    if name:
        return name, rest
    before, dash, _ = block.plain.partition(" — ")
    is_named = dash and len(before) <= _MAX_DASHED_CHARS
    return (before if is_named else principle_name(block.plain).rstrip(" —–-→,;:")), block.plain


def _add_value(values: dict[str, JsonObject], name: str, text: str) -> None:
    importance, text = _split_level(text, "importance")
    value = values.setdefault(name.casefold(), {"name": name, **importance, "expression": ""})
    before = str(value["expression"])
    value["expression"] = f"{sentence(before)} {text}" if before else text or name


def _reads_as_value(block: Block) -> bool:
    """Return whether a text has a short name for a value, and more to say than that name."""
    name, rest = _named_value(block)
    return len(name) <= _MAX_VALUE_NAME_CHARS and bool(rest) and (name != rest or _is_few(name))


def _is_few(text: str) -> bool:
    return len(text.split()) <= _MAX_TRAIT_WORDS and not _UNSPACED.search(text)


def _sides(block: Block) -> list[str]:
    """Return the two sides of a tension, ``order vs play: …``, or fewer for another text."""
    lead, rest = block.lead
    return [side.strip(" ,") for side in _VERSUS.split(lead, maxsplit=1)] if lead and rest else []


def _add_tension(values: dict[str, JsonObject], lead: str, rest: str) -> None:
    """Add a tension, ``order vs play: …``, as a conflict between two values."""
    name, other = (side.strip(" ,") for side in _VERSUS.split(lead, maxsplit=1))
    value = values.setdefault(name.casefold(), new_value(name, lead))
    before = value.get("conflicts")
    conflict: JsonObject = {"value": other, "resolution": rest}
    value["conflicts"] = [*(before if isinstance(before, list) else []), conflict]


def boundaries_of(blocks: Sequence[TitledBlock]) -> Iterator[JsonObject]:
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


# -- voice -----------------------------------------------------------------------------------------

QUOTED_STYLE: Final = ("as follows: “", "”")
"""The text around a style of several sentences, which must continue "Your style is"."""
_MAX_STYLE_WORDS: Final = 12  # of a style or tone that needs no quotes
_TONE_HEADINGS: Final = ("tone", "vibe")


def voice_of(
    blocks: Sequence[TitledBlock], vocabulary: Sequence[TitledBlock], facts: Mapping[str, str]
) -> JsonObject:
    """Return the voice that the texts on it, the vocabulary and the facts make."""
    patterns = [block.plain for _, block in blocks if block.is_item]
    usages = [_usage(block) for _, block in vocabulary]
    texts = [(_is_tone(title, block), block.plain) for title, block in blocks if not block.is_item]
    tone = facts.get("tone", "")
    if not tone and (first := next((text for is_tone, text in texts if is_tone), "")):
        tone = first
        texts.remove((True, first))
    return {
        "style": _style(facts, [text for _, text in texts]),
        "tone": lower_first(without_full_stop(tone)),
        "qualities": [*_split_list(facts.get("qualities", ""))],
        "patterns": [*dict.fromkeys([*patterns, *usages])],
    }


def _style(facts: Mapping[str, str], texts: Sequence[str]) -> str:
    """Return the style: the fact and the paragraphs, worded to end a sentence."""
    all_texts = [facts["style"], *texts] if "style" in facts else [*texts]
    if not all_texts:
        return ""
    text = " ".join([*map(sentence, all_texts[:-1]), without_full_stop(all_texts[-1])])
    is_one = _is_short(text) or not texts
    return lower_first(text) if is_one else text.join(QUOTED_STYLE)


def _is_tone(title: str, block: Block) -> bool:
    return not block.is_item and fold(title) in _TONE_HEADINGS and _is_short(block.plain)


def _is_short(text: str) -> bool:
    return len(text.split()) <= _MAX_STYLE_WORDS and ". " not in text and "。" not in text[:-1]


def _usage(block: Block) -> str:
    """Return how a term of the vocabulary is used, as a pattern of speech."""
    term, sense = block.label
    if term and sense:
        return f"says “{term}” for {without_full_stop(sense)}"
    return f"says “{block.plain}”"


# Role -> whether a paragraph or an item reads as it.
READERS: Final[Mapping[str, Callable[[Block], bool]]] = {
    "values": _reads_as_value,
    PRINCIPLE: lambda _: True,
    "tensions": lambda block: len(_sides(block)) > 1,
    "voice": lambda _: True,
    "vocabulary": lambda block: block.is_item,
    "boundaries": lambda _: True,
    "relationship": lambda _: True,
    "expertise": lambda _: True,
    "personality": lambda block: next(_block_traits(block), None) is not None,
}
