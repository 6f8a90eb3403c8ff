"""What a soul has beyond the specification for its speech: examples, openings, a scenario.

Texts are returned as they were written, macros included.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.jsontext.parser import as_object
from soulscript.model.soul import Soul

EXAMPLES_KEY: Final = "st:examples"
"""Key of a soul for example dialogues.

Lists of turns ``{"speaker", "text"}``, or one text in the syntax of cards.
"""
OPENING_KEY: Final = "st:first_mes"
"""Key of a soul for what it says before anybody else has said a word."""
ALTERNATES_KEY: Final = "st:alternate_greetings"
"""Key of a soul for a list of other openings."""
GROUP_OPENINGS_KEY: Final = "st:group_only_greetings"
"""Key of a soul for a list of openings for groups."""
PERSONALITY_KEY: Final = "st:personality"
"""Key of a personality for the text that its traits were inferred from, or that stands for them."""
SCENARIO_KEY: Final = "st:scenario"
"""Key of a soul for where it is and what happens when a conversation begins."""
SYSTEM_PROMPT_KEY: Final = "st:system_prompt"
"""Key of a soul for its author's instruction to a model; applied with the operator's consent."""
REMINDER_KEY: Final = "st:post_history_instructions"
"""Key of a soul for an instruction that is to stand behind the conversation; likewise."""
DEPTH_PROMPT_KEY: Final = "st:depth_prompt"
"""Key of a soul for an instruction that is to stand near the end of the conversation; likewise."""
INFERRED_KEY: Final = "soul:inferred"
"""Key of a trait or value of which the source gives no strength."""
PLACEHOLDER_KEY: Final = "soul:placeholder"
"""Key of a trait that only fills the list, which may not be empty; nothing is said of it."""

CHARACTER: Final = "character"
PERSON: Final = "person"

_START: Final = re.compile(
    r"<\s*/?(?:START|END)\s*>|\{\{\s*example_separator\s*\}\}", re.IGNORECASE
)
_SEVERAL: Final = re.compile(r"\b(?:and|und|et|y|e|en|i|и)\b|[&,、和]", re.IGNORECASE)
_SPEAKER: Final = re.compile(
    r"^[ \t]*(\{\{[^{}:\n]{1,39}\}\}|<(?:user|bot|char)>|\{(?:user|char|character)\}"
    r"|[^\s:*\"“<{\[(#-][^:\n*\"“”]{0,39}):",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES_CHARACTER: Final = re.compile(
    r"\{{1,2}\s*(?:char|character|bot)\s*\}{1,2}|<(?:bot|char)>", re.IGNORECASE
)
_NAMES_PERSON: Final = re.compile(
    r"\{{1,2}\s*(?:user|user\d|random_user_\d+)\s*\}{1,2}|<user>|you|user", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of an example dialogue; ``speaker`` is "character", "person", or a third one's name.

    ``text`` is stripped and not empty; it may have several lines.
    """

    speaker: str
    text: str


def dialogues_of(soul: Soul) -> tuple[tuple[Turn, ...], ...]:
    """Return the soul's example dialogues; what is ill-formed there is left out.

    They stand in it as lists of turns, or as one text in the syntax of cards.
    """
    value = (soul.model_extra or {}).get(EXAMPLES_KEY)
    if isinstance(value, str):
        return parse_dialogues(value, soul.name)
    dialogues = value if isinstance(value, list) else []
    found = (tuple(_turns(dialogue)) for dialogue in dialogues)
    return tuple(dialogue for dialogue in found if dialogue)


def openings_of(soul: Soul, *, in_group: bool = False) -> tuple[str, ...]:
    """Return what the character may say before anybody else has said a word, the usual one first.

    In a group those that were written for groups come before the others.
    """
    extra = soul.model_extra or {}
    keys = (OPENING_KEY, ALTERNATES_KEY)
    values = [extra.get(key) for key in ((GROUP_OPENINGS_KEY, *keys) if in_group else keys)]
    texts = (text for value in values for text in (value if isinstance(value, list) else [value]))
    return tuple(text.strip() for text in texts if isinstance(text, str) and text.strip())


def instructions_of(soul: Soul) -> tuple[str, ...]:
    """Return the author's instructions to a model on how to play the character."""
    extra = soul.model_extra or {}
    texts = (extra.get(key) for key in (SYSTEM_PROMPT_KEY, DEPTH_PROMPT_KEY, REMINDER_KEY))
    return tuple(text.strip() for text in texts if isinstance(text, str) and text.strip())


def _turns(dialogue: JsonValue) -> Iterator[Turn]:
    for turn in dialogue if isinstance(dialogue, list) else ():
        speaker, text = as_object(turn).get("speaker"), as_object(turn).get("text")
        if isinstance(speaker, str) and isinstance(text, str) and text.strip():
            yield Turn(speaker.strip() or PERSON, text.strip())


# -- the syntax of cards ---------------------------------------------------------------------------


def parse_dialogues(text: str, name: str) -> tuple[tuple[Turn, ...], ...]:
    """Return the dialogues of a card's examples: parts after ``<START>``, turns after ``name:``.

    What stands before the first speaker of a part is the character's.
    """
    parts = (tuple(_turns_in(part, name)) for part in _START.split(text))
    return tuple(part for part in parts if part)


def _turns_in(part: str, name: str) -> Iterator[Turn]:
    marks = list(_SPEAKER.finditer(part))
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(part)]
    speakers = [CHARACTER, *(_speaker(mark[1].strip(), name) for mark in marks)]
    for speaker, start, end in zip(speakers, starts, ends, strict=True):
        if said := part[start:end].strip():
            yield Turn(speaker, said)


def _speaker(mark: str, name: str) -> str:
    if _NAMES_CHARACTER.fullmatch(mark) or _is_called(mark.casefold(), name.casefold()):
        return CHARACTER
    return PERSON if _NAMES_PERSON.fullmatch(mark) else mark


def _is_called(mark: str, name: str) -> bool:
    """Return whether a speaker is the character by its name, or by its first one."""
    return mark == name or (name.split()[:1] == [mark] and not _SEVERAL.search(name))


def format_dialogues(dialogues: Sequence[Sequence[Turn]]) -> str:
    """Write example dialogues in the syntax of cards."""
    names = {PERSON: "{{user}}", CHARACTER: "{{char}}"}
    lines: list[str] = []
    for turns in dialogues:
        said = (f"{names.get(turn.speaker, turn.speaker)}: {turn.text}" for turn in turns)
        lines += ["<START>", *said]
    return "\n".join(lines)
