"""The system prompt of a soul (§5.2, as its output is documented)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from soulscript.model.dialogues import INFERRED_KEY, PERSONALITY_KEY, PLACEHOLDER_KEY, SCENARIO_KEY
from soulscript.model.memory import Memory
from soulscript.model.soul import Boundary, Entity, Soul, Trait, Value, Voice
from soulscript.prompts.expansion import expanded
from soulscript.text.macros import Scene

STRONG = 0.5  # a level beyond it, up or down, gets the stronger word
# Letters that are not pronounced as they are written: "a university", "an hour".
_SPOKEN_CONSONANT = re.compile(
    r"(?:uni(?!n|m)|use|usu|uto|eu|ewe|one(?!r)|once|ub|uk)", re.IGNORECASE
)
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_EIGHT_OR_ELEVEN = re.compile(r"8|(?:11|18)(?:[0-9]{3})*(?![0-9])")
_ENDS = (".", "!", "?", "…", "。", "！", "？", '"', "”", "*", "]", ")", "}", ">", "`")


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a prompt: a list of items below its head, or one text behind it.

    ``part`` names what of the soul it tells ("background").
    """

    part: str
    head: str
    items: tuple[str, ...]
    is_list: bool = False

    def on_lines(self) -> str:
        """Return the section with each text on one line, so that none can start a section."""
        if self.is_list:
            return "\n".join([self.head, *(f"- {_line(item)}" for item in self.items)])
        text = _line(self.items[0])
        text = text if not self.head or text.endswith(_ENDS) else f"{text}."
        return f"{self.head}: {text}" if self.head else text


def prompt(
    soul: Soul,
    *,
    mood: str | None = None,
    memories: Sequence[str | Memory] = (),
    full: bool = False,
    scene: Scene | None = None,
) -> str:
    """Return the system prompt of a soul; by default that of §5.2, to the letter.

    ``full`` adds personality, scenario, background, expertise, how traits show, values with their
    conflicts, relationship and boundaries. ``mood`` and ``memories`` come last, so that the text
    before them does not change between utterances. Each text of the soul stands on one line.
    ``scene`` says what macros in them stand for.
    """
    soul = expanded(soul, scene)
    found = sections(soul) if full else _short_sections(soul)
    found += [*_told("mood", "Your mood right now", mood), *remembered(memories)]
    return "\n\n".join(section.on_lines() for section in found)


def remembered(memories: Iterable[Memory | str]) -> list[Section]:
    """Return memories as the section that tells them, none without memories."""
    cores = (memory if isinstance(memory, str) else memory.core_memory for memory in memories)
    return [*_listed("memories", "You remember:", cores)]


def sections(soul: Soul) -> list[Section]:
    """Return all that a soul says of who it is, in the order in which a prompt tells it."""
    personality = (soul.personality.model_extra or {}).get(PERSONALITY_KEY)
    scenario = (soul.model_extra or {}).get(SCENARIO_KEY)
    written = personality if isinstance(personality, str) else ""
    background = _line(soul.entity.background or "")
    return [
        *_identity(soul, with_traits=not written.strip()),
        # Some authors write one text into several fields: it is told once.
        *_told("personality", "Your personality", _not_within(written, background)),
        *_voice(soul.voice),
        *_past(soul.entity),
        *_told("scenario", "Where you are and what happens", _not_within(scenario, background)),
        *_listed(
            "traits",
            "How your traits show:",
            (
                f"{_line(trait.trait)}: {'; '.join(map(_line, trait.expression_rules))}"
                for trait in soul.personality.core_traits
                if trait.expression_rules
            ),
        ),
        *_listed("values", "What you hold to:", map(_value, soul.values)),
        *_told("relationship", "How you are with people", soul.relationship.style),
        *_listed("boundaries", "Your boundaries:", map(_boundary, soul.relationship.boundaries)),
    ]


def _not_within(text: object, told: str) -> str:
    """Return a text, "" if ``told`` holds it."""
    return "" if not isinstance(text, str) or _line(text) in told else text


def told_traits(soul: Soul) -> list[Trait]:
    """Return the core traits without one that only fills the list."""
    traits = soul.personality.core_traits
    return [trait for trait in traits if PLACEHOLDER_KEY not in (trait.model_extra or {})]


def _short_sections(soul: Soul) -> list[Section]:
    return [*_identity(soul, with_traits=True), *_voice(soul.voice)]


def _identity(soul: Soul, *, with_traits: bool) -> Iterator[Section]:
    """Yield a sentence of the known name, age, gender and occupation, and those of the traits.

    A personality in the author's own words stands for traits that were only inferred from it.
    """
    entity = soul.entity
    what = _line(
        f"{entity.age or ''} {entity.gender or ''} {entity.occupation.strip() or entity.form}"
    )
    name = _line(soul.personality.name or "")
    who = ", ".join(part for part in (name, what and f"{_article(what)} {what}") if part)
    traits = [
        t for t in told_traits(soul) if with_traits or INFERRED_KEY not in (t.model_extra or {})
    ]
    text = " ".join([*([f"You are {who}."] if who else []), *_traits(traits)])
    if text:
        yield Section("identity", "", (text,))


def _traits(traits: Iterable[Trait]) -> Iterator[str]:
    """Yield a sentence for each range of strengths."""
    being, avoiding, baseline = [], [], []
    for trait in traits:
        name = _line(trait.trait)
        if trait.strength > 0:
            being.append(f"{'notably' if trait.strength > STRONG else 'somewhat'} {name}")
        elif trait.strength == 0:
            baseline.append(name)
        elif trait.strength < -STRONG:
            avoiding.append(name)
        else:
            being.append(f"less {name} than usual")
    if being:
        yield f"You are {_joined(being, 'and')}."
    if avoiding:
        yield f"You tend to avoid being {_joined(avoiding, 'or')}."
    if baseline:
        yield f"You have a baseline level of {_joined(baseline, 'and')}."


def _voice(voice: Voice) -> Iterator[Section]:
    style, tone = _line(voice.style), _line(voice.tone)
    manner = ""
    if style:
        manner = f"Your communication style is {style}"
        manner += f", with {_article(tone)} {tone} tone." if tone else "."
    elif tone:
        manner = f"Your tone is {tone}."
    if voice.patterns:
        yield from _listed("voice", f"{manner} You frequently:".strip(), voice.patterns)
    elif manner:
        yield Section("voice", "", (manner,))
    if voice.qualities:
        qualities = ", ".join(map(_line, voice.qualities))
        text = f"When speaking, you embody these qualities: {qualities}."
        yield Section("voice", "", (text,))


def _past(entity: Entity) -> Iterator[Section]:
    # Where there is no occupation, the identity has named the form.
    if entity.occupation.strip():
        yield from _told("form", "Your form", entity.form)
    yield from _told("background", "Your background", entity.background)
    yield from _told("expertise", "You know a lot about", "; ".join(entity.expertise))


def _value(value: Value) -> str:
    text = f"{_line(value.name)} ({importance_word(value.importance)}): {_line(value.expression)}"
    for conflict in value.conflicts:
        text += f"; when it meets {_line(conflict.value)}: {_line(conflict.resolution)}"
    return text


def importance_word(importance: float) -> str:
    """Return the words for the importance of a value."""
    if importance > 0:
        return "very important" if importance > STRONG else "important"
    return "unimportant" if importance < 0 else "neither here nor there"


def _boundary(boundary: Boundary) -> str:
    text = f"{_line(boundary.type)}: {_line(boundary.description)}"
    return f"{text} ({_line(boundary.enforcement)})" if boundary.enforcement else text


def _listed(part: str, head: str, items: Iterable[str]) -> Iterator[Section]:
    if found := tuple(items):
        yield Section(part, head, found, is_list=True)


def _joined(items: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _told(part: str, head: str, text: object) -> Iterator[Section]:
    if isinstance(text, str) and text.strip():
        yield Section(part, head, (text.strip(),))


def _line(text: str) -> str:
    """Put a text on one line, so that it cannot start a section of the prompt."""
    return " ".join(text.split())


def _article(what: str) -> str:
    """Return "a" or "an" by the pronunciation of the next word."""
    if what[0].isdigit():
        return "an" if _EIGHT_OR_ELEVEN.match(what) else "a"
    if _SPOKEN_CONSONANT.match(what):
        return "a"
    return "an" if what[0] in "aeiouAEIOU" or _SILENT_H.match(what) else "a"
