"""Chapters about a character -> its soul: what each role of a heading gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from soulscript.formats.base import MEMORIES, SOURCE, JsonObject
from soulscript.formats.fields import Account, by_id, memory, whole
from soulscript.formats.markdown.chapters import Chapter, chapters_of, role_of_file
from soulscript.formats.markdown.statements import (
    Told,
    apart,
    boundaries,
    opinions,
    principles,
    style,
    tone,
    traits,
    vocabulary,
)
from soulscript.formats.text.phrasing import sentence, unended
from soulscript.model.memory import PROFILE
from soulscript.model.soul import AVATAR, ENGINE, avatar
from soulscript.report import Note

EMOJI: Final = "md:emoji"
OTHER: Final = "md:"
"""What the keys of headings begin with that mean nothing here."""
_FACT: Final = "fact"


@dataclass(slots=True)
class Found:
    """What the chapters of all files gave."""

    account: Account = field(default_factory=Account)
    facts: dict[str, str] = field(default_factory=dict)
    chapters: list[Chapter] = field(default_factory=list)

    def of(self, role: str) -> list[Told]:
        """Give heading and block of everything that was found under a role."""
        return [
            (chapter.title, block)
            for chapter in self.chapters
            if chapter.role == role
            for block in chapter.blocks
        ]

    def texts(self, role: str) -> list[str]:
        """Give the plain texts that were found under a role."""
        return [block.plain for _, block in self.of(role)]


def soul_of(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Make a soul of ``{file name: text}``, with a note for each heading."""
    found = _found(document)
    facts = found.facts
    listed, beside = traits(found.of("personality"), facts.get("tone", ""))
    soul: JsonObject = {
        "entity": _entity(found, beside),
        "personality": {"name": facts.get("name", ""), "core_traits": [*listed]},
        "values": [*principles(found.of("values"), found.of("tensions"))],
        "voice": _voice(found),
        "relationship": {
            "style": _together(found.texts("relationship")),
            "boundaries": [*boundaries(found.of("boundaries"))],
        },
        **_looks(facts.get("avatar", "")),
        ENGINE: _engine(found),
        EMOJI: facts.get("emoji", ""),
        MEMORIES: by_id(_memories(found)),
        **_others(found),
    }
    return whole(found.account, soul), found.account.notes


def _entity(found: Found, beside: list[str]) -> JsonObject:
    past = [*map(sentence, found.texts("identity")), *beside, *_told(found)]
    return {
        **{key: found.facts.get(key, "") for key in ("form", "occupation", "gender", "age")},
        "background": "\n".join(past),
        "expertise": [*dict.fromkeys(map(unended, found.texts("expertise")))],
    }


def _voice(found: Found) -> JsonObject:
    told, facts = found.of("voice"), found.facts
    patterns = [block.plain for _, block in told if block.item]
    return {
        "style": style(facts, told),
        "tone": tone(facts, told),
        "qualities": [*apart(facts.get("qualities", ""))],
        "patterns": [*dict.fromkeys([*patterns, *vocabulary(found.of("vocabulary"))])],
    }


def _engine(found: Found) -> JsonObject:
    engine: JsonObject = {
        "catchphrases": [*found.texts("catchphrases")],
        "opinions": {**opinions(found.of("opinions"))},
        "emoji": "emoji" in found.facts,
    }
    return {key: held for key, held in engine.items() if held}


def _looks(image: str) -> JsonObject:
    """Give the picture, or the words for one that is neither a file nor an address."""
    looks: JsonObject = {"default": "neutral", "images": {"neutral": image}} if image else {}
    return {f"{OTHER}{AVATAR}": image} if avatar(looks)[1] else {AVATAR: looks}


# -- chapters --------------------------------------------------------------------------------------


def _found(document: JsonObject) -> Found:
    """Take all files apart, those on identity first, and note what becomes of each heading."""
    found = Found()
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    roles = {name: role_of_file(name, alone=len(texts) == 1) for name in texts}
    for name in sorted(texts, key=lambda name: roles[name] != "identity"):
        base = roles[name]
        if base is None:
            found.account.note("kept", (name,), SOURCE, "says nothing about the character itself")
            continue
        for chapter in chapters_of(name, texts[name], base):
            _note(chapter, found.account)
            for fact, (text, _) in chapter.facts.items():
                found.facts.setdefault(fact, text)
            found.chapters.append(chapter)
    return found


def _note(chapter: Chapter, account: Account) -> None:
    path = f"{chapter.file}#{chapter.section.title}"
    for fact in chapter.facts:
        account.notes.append(Note("kept", path, FACT_PLACES[fact], f"its {fact}"))
    if chapter.blocks:
        became = PLACES.get(chapter.role, f"{OTHER}{chapter.title.lower()}")
        account.notes.append(Note("changed", path, became, "what stands under this heading"))
    if chapter.placeholders:
        message = f"{chapter.placeholders} placeholders count as empty"
        account.notes.append(Note("kept", path, SOURCE, message))
    if chapter.skipped:
        account.notes.append(Note("kept", path, SOURCE, "is about the file, not the character"))


PLACES: Final = {
    "identity": "entity.background",
    "told": "entity.background",
    "values": "values",
    "tensions": "values",
    "voice": "voice",
    "vocabulary": "voice.patterns",
    "boundaries": "relationship.boundaries",
    "relationship": "relationship.style",
    "expertise": "entity.expertise",
    "opinions": f"{ENGINE}.opinions",
    "catchphrases": f"{ENGINE}.catchphrases",
    "personality": "personality.core_traits",
    "memory": MEMORIES,
    "profile": MEMORIES,
}
"""Role of a heading -> the part of a soul that what stands under it becomes."""
FACT_PLACES: Final = {
    "name": "personality.name",
    "form": "entity.form",
    "occupation": "entity.occupation",
    "gender": "entity.gender",
    "age": "entity.age",
    "tone": "voice.tone",
    "style": "voice.style",
    "qualities": "voice.qualities",
    "emoji": EMOJI,
    "avatar": AVATAR,
}
"""Fact -> the part of a soul that it becomes."""


def _others(found: Found) -> JsonObject:
    """Give what stands under headings that mean nothing here, by heading."""
    others: dict[str, list[str]] = {}
    for chapter in found.chapters:
        if not chapter.role and chapter.blocks:
            texts = others.setdefault(f"{OTHER}{chapter.title.lower()}", [])
            texts += [block.plain for block in chapter.blocks]
    return {key: "\n".join(texts) for key, texts in others.items()}


# -- who it is -------------------------------------------------------------------------------------


def _together(texts: list[str]) -> str:
    """Give one text as it is, several as sentences."""
    return " ".join(map(sentence, texts)) if len(texts) > 1 else "".join(texts)


def _told(found: Found) -> Iterator[str]:
    """Say influences, goals, pet peeves and the like, a line for each heading."""
    by_title: dict[str, list[str]] = {}
    for title, block in found.of("told"):
        by_title.setdefault(title, []).append(unended(block.plain))
    for title, texts in by_title.items():
        yield sentence(f"{title}: {'; '.join(texts)}")


def _memories(found: Found) -> Iterator[JsonObject]:
    """Make a memory of each thing remembered, and one of each file about the person."""
    profiles: dict[str, list[str]] = {}
    for chapter in found.chapters:
        texts = [block.plain for block in chapter.blocks]
        if chapter.role == "memory":
            yield from (memory(_FACT, text) for text in dict.fromkeys(texts))
        elif chapter.role == "profile":
            profiles.setdefault(chapter.file, []).extend(texts)
    for texts in filter(None, profiles.values()):
        yield memory(PROFILE, "\n".join(texts))
