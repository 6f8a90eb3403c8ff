"""The system prompt of a soul (§5.2, as its output is documented)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from soulscript.model.memory import Memory
from soulscript.model.soul import Boundary, Entity, Soul, Trait, Value, Voice

STRONG = 0.5  # a level beyond it, up or down, gets the stronger word
# Letters that are not pronounced as they are written: "a university", "an hour".
_SPOKEN_CONSONANT = re.compile(
    r"(?:uni(?!n|m)|use|usu|uto|eu|ewe|one(?!r)|once|ub|uk)", re.IGNORECASE
)
_SILENT_H = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_EIGHT_OR_ELEVEN = re.compile(r"8|(?:11|18)(?:[0-9]{3})*(?![0-9])")


def prompt(
    soul: Soul,
    *,
    mood: str | None = None,
    memories: Sequence[str | Memory] = (),
    full: bool = False,
) -> str:
    """Return the system prompt of a soul; by default that of §5.2, to the letter.

    ``full`` adds background, expertise, how traits show, values with their conflicts, relationship
    and boundaries. ``mood`` and ``memories`` come last, so that the text before them does not
    change between utterances. Each text of the soul stands on one line.
    """
    sections = [_identity(soul), *_voice(soul.voice)]
    if full:
        sections += _further_sections(soul)
    sections.append(_sentence("Your mood right now", mood or ""))
    if memories:
        cores = (memory if isinstance(memory, str) else memory.core_memory for memory in memories)
        sections.append(_listed("You remember:", cores))
    return "\n\n".join(section for section in sections if section)


def _identity(soul: Soul) -> str:
    """Return a sentence of the known name, age, gender and occupation, and those of the traits."""
    entity = soul.entity
    what = _line(
        f"{entity.age or ''} {entity.gender or ''} {entity.occupation.strip() or entity.form}"
    )
    name = _line(soul.personality.name or "")
    who = ", ".join(part for part in (name, what and f"{_article(what)} {what}") if part)
    sentences = [f"You are {who}."] if who else []
    return " ".join([*sentences, *_traits(soul.personality.core_traits)])


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


def _voice(voice: Voice) -> Iterator[str]:
    style, tone = _line(voice.style), _line(voice.tone)
    manner = ""
    if style:
        manner = f"Your communication style is {style}"
        manner += f", with {_article(tone)} {tone} tone." if tone else "."
    elif tone:
        manner = f"Your tone is {tone}."
    if voice.patterns:
        yield _listed(f"{manner} You frequently:".strip(), voice.patterns)
    else:
        yield manner
    if voice.qualities:
        qualities = ", ".join(map(_line, voice.qualities))
        yield f"When speaking, you embody these qualities: {qualities}."


def _further_sections(soul: Soul) -> Iterator[str]:
    """Yield the sections that the short prompt leaves out."""
    yield from _past(soul.entity)
    rules = [
        f"{_line(trait.trait)}: {'; '.join(map(_line, trait.expression_rules))}"
        for trait in soul.personality.core_traits
        if trait.expression_rules
    ]
    if rules:
        yield _listed("How your traits show:", rules)
    if soul.values:
        yield _listed("What you hold to:", map(_value, soul.values))
    yield _sentence("How you are with people", soul.relationship.style)
    if soul.relationship.boundaries:
        yield _listed("Your boundaries:", map(_boundary, soul.relationship.boundaries))


def _past(entity: Entity) -> Iterator[str]:
    yield _sentence("Your form", entity.form)
    yield _sentence("Your background", entity.background or "")
    yield _sentence("You know a lot about", "; ".join(entity.expertise))


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


def _listed(head: str, items: Iterable[str]) -> str:
    return "\n".join([head, *(f"- {_line(item)}" for item in items)])


def _joined(items: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), items[-1])))


def _sentence(head: str, text: str) -> str:
    text = _line(text)
    if not text:
        return ""
    return f"{head}: {text}" if text.endswith((".", "!", "?", "…")) else f"{head}: {text}."


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
