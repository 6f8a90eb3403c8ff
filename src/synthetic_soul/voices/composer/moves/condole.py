"""What she says to bad news: it names who and what, and is as heavy as the news, not heavier."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.selection import own

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_AFTER: Final = {
    LifeEvent.DEATH: "bad.stay", LifeEvent.ILLNESS: "bad.care", LifeEvent.ACCIDENT: "bad.care",
    LifeEvent.BREAK_UP: "bad.care", LifeEvent.LOSS: "bad.hope", LifeEvent.JOB_LOSS: "bad.hope",
    LifeEvent.FAILURE: "bad.hope", LifeEvent.CONFLICT: "bad.hope",
}  # fmt: skip
_GRAVE: Final = frozenset({LifeEvent.DEATH, LifeEvent.BREAK_UP})
"""What the soul's own words of comfort are meant for; they are too large for a broken cup."""
_PRONOUNS: Final = {"he": "him", "she": "her", "they": "them", "it": "it"}
_OWN_STORY: Final = frozenset({
    LifeEvent.ROMANCE, LifeEvent.BREAK_UP, LifeEvent.CONFLICT, LifeEvent.GIFT, LifeEvent.JOB_LOSS,
})  # fmt: skip
"""Events in which "he" does something to the speaker, whose story it is."""


def whom(scene: Situation) -> dict[str, str]:
    """The fields for whoever the news is about; none when it is the speaker.

    ``whom`` is who it is, turned ("your dog"); ``called`` the name, where it is known; ``who``
    the better of the two.
    """
    raw = scene.brief.interpretation.event_subject
    low = raw.casefold()
    if not raw or low in {"i", "me", "we"}:
        return {}
    if low in _PRONOUNS:
        if scene.brief.interpretation.life_event in _OWN_STORY:
            return {}
        return {"whom": _PRONOUNS[low], "who": _PRONOUNS[low]}
    turned = grammar.turn(raw)
    if not turned or " and you" in turned:
        return {}
    name = _name(scene, raw)
    found = {"whom": turned, "who": name or turned}
    return found | {"called": name} if name else found


def _name(scene: Situation, raw: str) -> str:
    """The name in "my dog Rex"; "my dog" is Rex, if exactly one dog is known."""
    spoken = re.search(r"(?:^| )([A-Z][\w'-]+)$", raw)
    if spoken:
        return spoken[1]
    kinds = set(grammar.words(raw))
    names = [
        fact_clauses.called(fact.value)
        for fact in scene.brief.known_facts
        if fact.topic.startswith(("pet:", "person:")) and fact.topic.partition(":")[2] in kinds
    ]
    return names[0] if len(names) == 1 else ""


def sorrow(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Words for bad news, and what to say or ask after them."""
    happening = scene.brief.interpretation.life_event
    found = whom(scene)
    found |= {"Who": found["who"][:1].upper() + found["who"][1:]} if found else {}
    stay = _AFTER.get(happening, "bad.care") if happening else "bad.care"
    if scene.guarded:
        return [choose.say("wounded.sorry"), choose.say("bad.stay", **found)]
    # The dead are named, so that she is never heard to ask how they are.
    own_grief = "called" in found if happening is LifeEvent.DEATH else not found
    if happening in _GRAVE and own_grief and choose.chance("comfort", 0.5):
        lead = choose.say("bad.oh", **found) if found and happening is LifeEvent.DEATH else ""
        lines = [text for text in scene.who.notes.comforts if not (lead and text.startswith("Oh"))]
        line = choose.offer(own(lines), "bad", **found)
        return [lead, line] if "?" in line else [lead, line, choose.say(stay, **found)]
    key = f"bad.{happening.value}" if happening else "bad"
    keys = (f"{key}.other", "bad.other") if found else (key,)
    said = choose.say(*keys, key, "bad", **found)
    return [said] if "?" in said else [said, choose.say(stay, **found)]
