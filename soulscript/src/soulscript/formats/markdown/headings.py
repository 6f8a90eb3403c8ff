"""What headings and labels in files about characters mean, whatever words they use.

One table of roles. What is only a template's placeholder counts as empty.
"""

import re
from typing import Final

# Each line: a role, then the headings that give it.
_ROLE_NAMES: Final = """
identity: identity, who i am, who am i, who you are, who are you, about, about me, background, bio
identity: biography, backstory, origin, history, essence, introduction, summary, who they are
identity: who she is, who he is, overview, description
values: worldview, core truths, truths, beliefs, values, principles, philosophy, convictions
values: what i believe, what you believe, what i value, what matters, guiding principles, ethics
values: what i stand for, mission
voice: voice, vibe, style, tone, communication, communication style, speaking style, writing style
voice: how i speak, how you speak, how i talk, how i sound, how i communicate, manner, language
voice: speech patterns
boundaries: boundaries, limits, what i wont do, what you wont do, i wont, wont, never, red lines
boundaries: hard limits, constraints, guardrails, donts, off limits, hard rules, what i avoid
tensions: tensions, contradictions, paradoxes, inner conflicts, conflicts, trade offs, tradeoffs
expertise: interests, expertise, knowledge, skills, areas of expertise, what i know, domains
expertise: specialties, strengths, what i do, capabilities
opinions: opinions, takes, hot takes, views
vocabulary: vocabulary, glossary, terms, lexicon, phrases, signature phrases
catchphrases: catchphrases, catch phrases, sayings
personality: personality, traits, core traits, character, personality traits, character traits
personality: temperament, qualities
relationship: relationship, relationships, relationship style, how i treat people, with people
relationship: how i relate, interaction, interaction style
memory: memory, memories, what i remember, long term memory
told: influences, pet peeves, current focus, goals, dreams, fears, likes, dislikes, hobbies, quirks
told: inspirations, motivations, favorites, favourites, focus, habits
"""
_FACT_NAMES: Final = """
name: name, full name, called
form: creature, form, species, being, kind, entity
occupation: role, occupation, job, profession, work
gender: gender, pronouns, sex
age: age
tone: vibe, tone, energy
style: style, communication style
qualities: qualities
emoji: emoji, signature emoji
avatar: avatar, picture, image, portrait
"""
_FILE_NAMES: Final = """
identity: identity
voice: style, voice
memory: memory, memories
profile: user, human
: soul, persona, character, personality
"""


def _table(lines: str) -> dict[str, str]:
    rows = (line.partition(":") for line in lines.split("\n")[1:-1])
    return {name.strip(): role for role, _, names in rows for name in names.split(",")}


ROLES: Final = _table(_ROLE_NAMES)
"""Heading, folded -> what stands under it."""
FACTS: Final = _table(_FACT_NAMES)
"""Label of a bullet, folded -> what it tells."""
FILES: Final = _table(_FILE_NAMES)
"""Name of a file, folded -> what stands in it under headings that say nothing."""

_LETTERS: Final = re.compile(r"[^\w\s&/-]+")
_PARTS: Final = re.compile(r"\s*(?:&|/|\band\b)\s*")
_OWN: Final = re.compile(r"(?:my|your|the|our|core|key|personal|her|his|their|its)\s+")
_DASHES: Final = re.compile(r"\s[-–—]\s|:\s")
_TITLE: Final = 80  # characters of a heading in which its meaning is looked for
_PLACEHOLDER: Final = re.compile(
    r"(?:[^:\[\]]{0,40}:\s{0,9})?\[[^\[\]]{1,160}\](?:\Z|[:.])|"
    r"\(?(?:to be (?:set|decided|determined|filled|added)|tbd\b|todo\b|none yet|"
    r"your \w{1,20} here|one[- ]line summary)|(?:\.{3}|…)\Z|-\Z",
    re.IGNORECASE,
)


def meaning(title: str) -> str | None:
    """Say what role a heading gives to what stands under it; None for one of no known meaning."""
    for part in reversed(_DASHES.split(title[:_TITLE])):
        folded = fold(part)
        tries = [folded, *_PARTS.split(folded)]
        tries += [_OWN.sub("", found, count=2) for found in tries]
        for found in tries:
            if found in ROLES:
                return ROLES[found]
    return None


def fold(text: str) -> str:
    """Bring a heading or a label into the spelling of the tables."""
    return " ".join(_LETTERS.sub("", text[:_TITLE].lower().replace("-", " ")).split())


def is_placeholder(text: str) -> bool:
    """Whether a text only holds the place for one: ``[Belief 1]``, ``(to be set)``, ``...``."""
    return not text or _PLACEHOLDER.match(text) is not None
