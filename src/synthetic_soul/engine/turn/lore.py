"""Which lore of its soul comes to an agent's mind: by its keys, or by likeness to what was said.

Entries of a lorebook go in as tools for character cards have them go in; other memories of the soul
that match the words. All of it is the author's, and private to nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from soulscript.lore import (
    Activation,
    Chat,
    Chosen,
    Fired,
    LoreSettings,
    Why,
    activate,
    parse_decorators,
)
from soulscript.lore import Line as LoreLine
from soulscript.prompts import Scene, expand, scene_of
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.text.sentences import first_sentences
from synthetic_soul.voices.base import LIKENESS, Line, Lore

MAX_LIKE: Final = 3
"""Memories that come to mind by their likeness alone."""
MAX_LIKE_CHARS: Final = 300
# Nothing is cut here: the voice knows how much it has room for.
_SETTINGS: Final = LoreSettings(budget=None)


@dataclass(frozen=True, slots=True)
class ComeToMind:
    """The lore of a turn, and what is kept for the next activation: id -> when it went in."""

    lore: tuple[Lore, ...] = ()
    fired: Mapping[str, Fired] = field(default_factory=dict)


def come_to_mind(
    agent: Agent,
    conversation: Conversation,
    lines: Sequence[Line],
    messages: Sequence[Line],
    interpretation: Interpretation,
    *,
    person: str,
    now: int,
) -> ComeToMind:
    """Return the lore for an answer to ``messages`` after ``lines``; none in a crisis.

    ``person`` is the name that macros stand for, "" if unknown; ``now`` is in milliseconds.
    """
    earlier = {key: Fired.load(value) for key, value in conversation.fired_lore.items()}
    if interpretation.crisis is not None:
        return ComeToMind(fired=earlier)
    lasting = lore_seed(agent.id, conversation.id)
    seed = lore_seed(agent.id, conversation.id, messages[-1].id if messages else "")
    at = datetime.fromtimestamp(now / 1000).astimezone()
    scene = scene_of(agent.soul, Scene("", person, at, seed=seed, lasting_seed=lasting))
    found = Activation(fired=earlier)
    if agent.lorebook.entries:
        chat = Chat(
            lines=tuple(_scanned(line, scene.character) for line in (*lines, *messages)),
            number=conversation.said,
            character=scene.character,
            person=person,
            seed=seed,
            earlier=earlier,
        )
        found = activate(agent.lorebook, chat, _SETTINGS)
    told = (_lore(each, scene) for each in found.chosen)
    chosen = tuple(lore for lore in told if lore.text)
    like = tuple(
        Lore(
            hit.memory.id,
            first_sentences(
                expand(parse_decorators(hit.memory.core_memory)[1], scene), MAX_LIKE_CHARS
            ),
            why=LIKENESS,
        )
        for hit in agent.lore.query(interpretation.text, limit=MAX_LIKE)
        if hit.score > 0
    )
    return ComeToMind((*chosen, *like), found.fired)


def lore_seed(agent: str, conversation: str, message: str = "") -> str:
    """Return what decides chance in lore: for one message, or ("") for a whole conversation."""
    return f"{agent}\n{conversation}\n{message}"


def _lore(chosen: Chosen, scene: Scene) -> Lore:
    reason = chosen.reason
    if reason.kind is Why.CONSTANT:
        # It stands in the beginning of a prompt, which is to stay the same.
        scene = replace(scene, seed=scene.lasting_seed)
    return Lore(
        chosen.entry.id,
        expand(chosen.text, scene).strip(),
        why=reason.kind.value,
        # With a macro in it, it may hold a person's name.
        key=reason.key if reason.key in chosen.entry.keys else "",
        back=reason.back,
        is_constant=reason.kind is Why.CONSTANT,
    )


def _scanned(line: Line, character: str) -> LoreLine:
    return LoreLine(character if line.mine else "", line.text, is_character=line.mine)
