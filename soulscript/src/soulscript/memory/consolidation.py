"""Consolidation of fragments into a memory (§4.2), a pure function whatever their order.

Fragments of one episode become one memory. A fragment alone determines its episode: the one it
names under ``soul:episode``, else its topic on its day (UTC). So the result depends neither on the
order of the fragments nor on other memories.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Final

from soulscript.model.memory import Fragment, Memory, MemoryNotes, Signature
from soulscript.model.soul import Soul
from soulscript.text.analysis import folded, terms

# The Gregorian calendar for any year; datetime ends at the year 1.
DAY = 86_400_000  # milliseconds
_DAYS_OF_400_YEARS = 146_097
_DAYS_BEFORE_1970 = 719_468  # since 1 March of the year 0


def day(at: int) -> str:
    """Write the UTC day of a moment in milliseconds: ``2023-10-28``, ``-0044-03-15``.

    Years are astronomical, as in ISO 8601: 0 is 1 BC. Counts from 1 March, so that the leap day
    comes last in its year.
    """
    days = at // DAY + _DAYS_BEFORE_1970
    era, of_era = divmod(days, _DAYS_OF_400_YEARS)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    date = of_year - (153 * month + 2) // 5 + 1
    january = month >= 10  # noqa: PLR2004 - January and February belong to the next year
    written = era * 400 + year + january
    sign = "-" if written < 0 else ""
    return f"{sign}{abs(written):04d}-{month - 9 if january else month + 3:02d}-{date:02d}"


EPISODE: Final = "soul:episode"
"""Key of a fragment for its episode; the fragments of an episode are one memory."""


def canonical(fragment: Fragment) -> str:
    """Write a fragment as sorted JSON: equal fragments, equal texts."""
    return json.dumps(fragment.dump(), sort_keys=True, ensure_ascii=False)


def ordered(fragments: Iterable[Fragment]) -> tuple[Fragment, ...]:
    """Return each fragment once, by time, those of one instant by their text."""
    once = {(fragment.timestamp, canonical(fragment)): fragment for fragment in fragments}
    return tuple(once[key] for key in sorted(once))


def topic_key(topic: str) -> str:
    """Return the form in which topics are compared: without case, accents and extra spaces."""
    return " ".join(folded(topic).split())


def episode_id(fragment: Fragment) -> str:
    """Return the id of the memory of a fragment: ``mem_`` and 16 hexadecimal digits."""
    named = (fragment.model_extra or {}).get(EPISODE)
    if isinstance(named, str) and named:
        key = ["episode", named]
    else:
        topic = fragment.context.topic if fragment.context else None
        key = ["topic", topic_key(topic or ""), day(fragment.timestamp)]
    return "mem_" + hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


def consolidated(
    id: str, fragments: Iterable[Fragment], *, soul: Soul | None = None, core: str | None = None
) -> Memory:
    """Make one memory of fragments, of which there is at least one.

    The core is ``core``, else the content of a memory note or, without one, of the most important
    fragment (of equals, the earliest). Valence is the mean, intensity the mean of the
    absolute values, importance the highest. With a ``soul`` the memory strengthens those of its
    core traits whose names the fragments speak of.
    """
    parts = ordered(fragments)
    topics = {topic_key(t): t for part in reversed(parts) if (t := _topic(part))}
    return Memory(
        id=id,
        core_memory=min(parts, key=_precedence).content if core is None else core,
        fragments=parts,
        emotional_signature=signature(parts),
        importance_score=max(part.importance for part in parts),
        creation_date=parts[0].timestamp,
        last_accessed=parts[-1].timestamp,
        metadata=MemoryNotes(
            topic_tags=tuple(reversed(topics.values())),
            personality_influence=_touched(soul, parts) if soul else (),
        ),
    )


def signature(parts: Sequence[Fragment]) -> Signature:
    """Return the mean valence of fragments, and the mean of its absolute values as intensity.

    Sums are exact, so the digits do not depend on the order.
    """
    valence, intensity = felt([part.emotional_valence for part in parts])
    return Signature(valence=valence, intensity=intensity)


def felt(valences: Sequence[float]) -> tuple[float, float]:
    """Return the mean of valences, and of their absolute values; 0 where there are none (D17)."""
    count = max(1, len(valences))
    return math.fsum(valences) / count, math.fsum(map(abs, valences)) / count


def _topic(part: Fragment) -> str:
    return (part.context.topic if part.context else None) or ""


def _precedence(part: Fragment) -> tuple[bool, float]:
    """Return the sort key of fragments for the core of a memory."""
    return part.type != "memory", -part.importance


def _touched(soul: Soul, parts: Iterable[Fragment]) -> tuple[str, ...]:
    """Return the core traits whose names the fragments contain."""
    mentioned = {term for part in parts for term in terms(f"{part.content} {_topic(part)}")}
    named = (trait.trait for trait in soul.personality.core_traits)
    return tuple(name for name in named if (own := set(terms(name))) and own <= mentioned)
