"""Which lore of its soul comes to an agent's mind: by its keys, or by likeness to what was said.

Entries of a lorebook go in as tools for character cards have them go in; other memories of the soul
that match the words. All of it is the author's, and private to nobody.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from soulscript import Memory, Soul
from soulscript.formats import memories_of
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
from synthetic_soul.engine.runtime import LORE
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.turn.scene import chance_seed, make_scene
from synthetic_soul.mind.events import LoreTold, ReplySpoken
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.text.sentences import first_sentences
from synthetic_soul.voices.base import LIKENESS, Line, Lore
from synthetic_soul.voices.composer.selection import SoulKey

MAX_LIKE: Final = 3
"""Memories that come to mind by their likeness alone."""
MAX_LIKE_CHARS: Final = 300
MAX_LORE_ID_CHARS: Final = 128
"""Longer ids and keys do not go into the journal."""
MAX_KEPT_CHARS: Final = 4_000
"""Characters of lore texts that are kept of a reply."""
_DIGEST_CHARS: Final = 16
# Nothing is cut here: the voice knows how much it has room for.
_SETTINGS: Final = LoreSettings(budget=None)


@dataclass(frozen=True, slots=True)
class ComeToMind:
    """The lore of a turn, and how it was activated: by it, later turns know what went in."""

    lore: tuple[Lore, ...] = ()
    activation: Activation = field(default_factory=Activation)

    def fired_without(self, ids: Collection[str]) -> Mapping[str, Fired]:
        """Return when lore went in, by id, where that of these ids had no room."""
        return self.activation.fired_without(ids)


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
    found = Activation(fired=earlier)
    if interpretation.crisis is not None:
        return ComeToMind(activation=found)
    scene = make_scene(
        person,
        now,
        lasting_seed=chance_seed(agent.id, conversation.id),
        message=messages[-1].id if messages else None,
    )
    scene = scene_of(agent.soul, scene)
    if agent.lorebook.entries:
        chat = Chat(
            lines=tuple(_scanned(line, scene.character) for line in (*lines, *messages)),
            number=conversation.said,
            character=scene.character,
            person=person,
            seed=scene.seed,
            earlier=earlier,
        )
        found = activate(agent.lorebook, chat, _SETTINGS)
    told = (_lore(each, scene) for each in found.chosen)
    chosen = tuple(lore for lore in told if lore.text)
    like = tuple(
        Lore(hit.memory.id, _text(_authored(hit.memory), LIKENESS, scene), why=LIKENESS)
        for hit in agent.lore.query(interpretation.text, limit=MAX_LIKE)
        if hit.score > 0
    )
    return ComeToMind((*chosen, *like), found)


def _lore(chosen: Chosen, scene: Scene) -> Lore:
    reason = chosen.reason
    return Lore(
        chosen.entry.id,
        _text(chosen.text, reason.kind.value, scene),
        why=reason.kind.value,
        # With a macro in it, it may hold a person's name.
        key=reason.key if reason.key in chosen.entry.keys else "",
        back=reason.back,
        is_constant=reason.kind is Why.CONSTANT,
    )


def _text(authored: str, why: str, scene: Scene) -> str:
    """Return what lore says that came to mind for the reason ``why``."""
    if why == LIKENESS:
        return first_sentences(expand(authored, scene), MAX_LIKE_CHARS)
    if why == Why.CONSTANT.value:
        # It stands in the beginning of a prompt, which is to stay the same.
        scene = replace(scene, seed=scene.lasting_seed)
    return expand(authored, scene).strip()


def _authored(memory: Memory) -> str:
    """Return a memory's text as its author wrote it, without decorators."""
    return parse_decorators(memory.core_memory)[1]


class LoreRecord(NamedTuple):
    """What a reply's event records of its lore, and its texts as far as they need to be kept."""

    told: tuple[LoreTold, ...]
    texts: str


def record_lore(soul: Soul, lore: Iterable[Lore], told: Collection[str]) -> LoreRecord:
    """Return what is recorded of the lore of a reply, so that ``lore_texts`` can tell its words.

    What says the same in any conversation is known by its digest. Where names, time or chance were
    filled in, the text of what was ``told`` (ids) is kept, of at most ``MAX_KEPT_CHARS`` together:
    in a JSON object by id, to be sealed; "" if nothing was filled in.
    """
    lore = [each for each in lore if len(each.id) <= MAX_LORE_ID_CHARS]
    anywhere = {each.id: _anywhere(soul, each.id, each.why) for each in lore}
    filled = {each.id: each.text for each in lore if each.text != anywhere[each.id]}
    recorded = tuple(
        LoreTold(
            id=each.id,
            why=each.why,
            key=each.key[:MAX_LORE_ID_CHARS],
            back=each.back,
            # A digest of a text with somebody's name would outlast what is sealed.
            digest="" if each.id in filled else _digest(each.text),
        )
        for each in lore
    )
    kept = _within(((each, filled[each]) for each in filled if each in told), MAX_KEPT_CHARS)
    # An empty object says that the missing words were filled in, and are not what the soul says.
    return LoreRecord(recorded, json.dumps(kept, ensure_ascii=False) if filled else "")


def _within(texts: Iterable[tuple[str, str]], limit: int) -> dict[str, str]:
    """Return the first texts that have at most ``limit`` characters together, each whole."""
    kept: dict[str, str] = {}
    for lore, text in texts:
        if len(text) <= limit:
            kept[lore] = text
            limit -= len(text)
    return kept


def lore_of(reply: ReplySpoken) -> list[LoreTold]:
    """Return the lore of a reply, also of one from before reasons were recorded."""
    named = {each.id for each in reply.lore}
    ids = (each.removeprefix(LORE) for each in reply.recalled if each.startswith(LORE))
    return [*reply.lore, *(LoreTold(id=each, why="") for each in ids if each not in named)]


def lore_texts(soul: Soul, reply: ReplySpoken, *, with_kept: bool = True) -> dict[str, str]:
    """Return by id what the lore of a reply said, as far as that is known.

    What was not kept is known while the soul still says the same; of a reply from before digests
    were recorded, it is what the soul says now. ``with_kept``: the texts that were kept, too.
    """
    sealed = reply.lore_texts
    found: dict[str, str] = json.loads(sealed.text or "{}") if sealed and with_kept else {}
    for each in lore_of(reply):
        text = _anywhere(soul, each.id, each.why)
        is_old = sealed is None and not each.digest
        if text and (is_old or _digest(text) == each.digest):
            found[each.id] = text
    return found


def _anywhere(soul: Soul, id: str, why: str) -> str:
    """Return what lore says without a person's name or time; "" where the soul has it no more."""
    authored = _authored_by_id(SoulKey(soul)).get(id, "")
    return _text(authored, why, scene_of(soul))


@lru_cache(maxsize=64)
def _authored_by_id(same: SoulKey) -> Mapping[str, str]:
    return {memory.id: _authored(memory) for memory in memories_of(same.soul)}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]


def _scanned(line: Line, character: str) -> LoreLine:
    return LoreLine(character if line.mine else "", line.text, is_character=line.mine)
