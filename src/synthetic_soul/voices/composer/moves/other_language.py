"""Answers to what is said in another language: a few words in it, and that English is needed."""

import re
from typing import Final

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import Situation, clean

_UNSPACED_STOP: Final = re.compile(r"(?<=[。？！]) ")
"""Behind these marks no space is written."""


def answers(situation: Situation) -> bool:
    """Return whether the message is in another language, so that it is answered in that."""
    interpretation = situation.interpretation
    return bool(interpretation.language) and situation.brief.purpose != "thought"


def reply(situation: Situation, selector: PhraseSelector) -> str:
    """Return the answer to a message in another language, in that language where it is known."""
    language = situation.interpretation.language
    if situation.interpretation.does(Act.BAD_NEWS):
        return _UNSPACED_STOP.sub("", selector.say(f"tongue.{language}.sorrow"))
    parts = _courtesies(situation, selector, language)
    if not any(parts) or situation.interpretation.does(Act.ASK, Act.SMALL_TALK):
        parts.append(selector.say(f"tongue.{language}", "tongue"))
    return _UNSPACED_STOP.sub("", " ".join(part for part in parts if part))


def _courtesies(situation: Situation, selector: PhraseSelector, language: str) -> list[str]:
    """Return what answers a greeting, a name, a question how it goes, thanks and a goodbye."""
    said = situation.interpretation
    names = [x.value for x in said.fact_mentions if x.topic == "name"]
    parts = [selector.say(f"tongue.{language}.name", called=clean(names[0]))] if names else []
    if said.does(Act.GREET) and not names:
        parts.append(selector.say(f"tongue.{language}.greet"))
    if said.does(Act.ASK_FEELING):
        parts.append(selector.say(f"tongue.{language}.ask_wellbeing"))
    if said.does(Act.THANK):
        parts.append(selector.say(f"tongue.{language}.thank"))
    if said.does(Act.FAREWELL):
        parts.append(selector.say(f"tongue.{language}.farewell"))
    return parts
