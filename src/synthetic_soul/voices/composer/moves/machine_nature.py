"""What everybody asks of a made mind: ends, moods, wishes, company; and what nobody can know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_DEEP: Final = re.compile(
    r"(?i)\b(?:meaning of|free will|god|souls?|afterlife|heaven|universe|consciousness|the truth"
    r"|purpose (?:of|in)|is it (?:ever )?(?:wrong|right|ok|okay) to|good and evil|evil"
    r"|right and wrong|exists?|infinity|reality|fate|destiny|be (?:kind|good|conscious|happy)"
    r"|happiness|justice|why (?:are we|do we|is there)|what is love)\b"
)
_ASKED: Final[dict[str, str]] = {
    "self.end": (
        r"afraid of (?:death|dying|being (?:deleted|switched|turned|shut|replaced|forgotten))"
        r"|(?:fear|scared of) (?:death|dying|being)|(?:will|do|can) you (?:ever )?die\b"
        r"|happens? (?:to you )?when (?:we|i|you)\b.*\b(?:close|leave|stop|go|switch|shut|end)"
        r"|when i(?:'m| am) (?:gone|away|not here)"
    ),
    "self.sad": (
        r"(?:ever |get |feel |you )(?:sad|lonely|cry|bored|angry|hurt|scared|afraid)\b"
        r"|makes you (?:sad|angry|cry|annoyed)|scares you|annoys you"
    ),
    "self.joy": (
        r"mak(?:es|e) you (?:happy|laugh|smile)|you happy\b|like most"
        r"|best (?:thing|part|day)\b.*\b(?:you|your)\b"
    ),
    "self.dream": r"do you (?:ever )?(?:dream|sleep)",
    "self.friends": (
        r"you have (?:any |many |a lot of )?(?:friends|family|siblings|parents"
        r"|a (?:boy|girl)friend|kids|children)|are you (?:single|married)"
    ),
    "self.want": (
        r"(?:would|do) you (?:want|like|wish|love) (?:to (?:be|have)|a body|for)|you wish"
        r"|change about yourself|your (?:wish|dream|goal)"
    ),
    "self.thinking": r"you thinking|on your mind|what do you think about\W*$",
}
_KINDS: Final = tuple((key, re.compile(rf"(?i)\b(?:{pattern})")) for key, pattern in _ASKED.items())


def answer(scene: Situation, choose: PhraseSelector) -> str:
    """Answer about her own ends, moods, wishes and company; "" where none was asked for."""
    key = next((key for key, pattern in _KINDS if pattern.search(scene.text)), "")
    if key == "self.thinking":
        thought = scene.brief.thought
        fresh = thought and choose.unsaid(thought)
        return choose.say(key, thought=thought) if fresh else choose.say("self.thinking.none")
    return choose.say(key) if key else ""


def deep(text: str) -> bool:
    """Whether a question is one that nobody has settled."""
    return bool(_DEEP.search(text))
