"""``soul new``: a soul out of a few questions."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import soulscript
from synthetic_soul.cli.console import say
from synthetic_soul.cli.files import put
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import JsonValue

_TRAIT = re.compile(r"(?P<name>.*?\S)(?:\s*[=\s]\s*(?P<level>[+-]?\d*\.?\d+))?")
_STRENGTH, _IMPORTANCE = 0.5, 0.7  # where no number is given


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked; lists are written with ``;`` between their items."""

    name: str = "Robin"
    occupation: str = "companion"
    form: str = "program"
    traits: str = "curious 0.6; patient 0.4"
    values: str = "honesty 0.8: says what is so, kindly"
    style: str = "plain and friendly"
    tone: str = "warm"
    patterns: str = "asks before assuming"
    manner: str = "as a good neighbour"
    boundaries: str = "says that it is a program whenever somebody sincerely asks"


QUESTIONS = {
    "name": "What is it called",
    "occupation": "What does it do",
    "form": "What is it (human, program, owl, …)",
    "traits": "What is it like, from -1 to 1 (curious 0.6; patient)",
    "values": "What does it hold to (honesty 0.8: says what is so)",
    "style": "How does it speak",
    "tone": "In what tone",
    "patterns": "What does it often say or do when it speaks",
    "manner": "How is it with people",
    "boundaries": "What are its limits",
}


def new(path: Path | None, given: dict[str, str], *, ask: bool) -> None:
    """Make a soul and write it; never over a file that is there.

    ``given`` answers questions beforehand; the others are asked on a terminal if ``ask`` is set,
    else answered by defaults. Errors: ``InvalidInput``, ``Conflict``.
    """
    answers = replace(Answers(), **given)
    soul_of(answers)
    if ask and sys.stdin.isatty():
        for name, question in QUESTIONS.items():
            if name not in given:
                answers = _asked(answers, name, question)
    text = soulscript.write(soul_of(answers))
    path = path or Path(f"{_stem(answers.name)}.soul")
    put({path: text.encode()}, force=False)
    say(f"{path} written; talk to it with: soul chat --soul {path}")


def _asked(answers: Answers, name: str, question: str) -> Answers:
    """Ask until the answer can be understood."""
    while True:
        said = typer.prompt(question, default=getattr(answers, name))
        answered = replace(answers, **{name: said})
        try:
            soul_of(answered)
        except InvalidInput as error:
            say(error)
        else:
            return answered


def soul_of(answers: Answers) -> soulscript.Soul:
    """Make the soul; it reads strictly. ``InvalidInput`` where an answer cannot be understood."""
    document: dict[str, JsonValue] = {
        "version": "0.1",
        "entity": {"form": answers.form, "occupation": answers.occupation},
        "personality": {"name": answers.name, "core_traits": _each(answers.traits, _trait)},
        "values": _each(answers.values, _value),
        "voice": {
            "style": answers.style,
            "tone": answers.tone,
            "qualities": _each(answers.tone, str),
            "patterns": _each(answers.patterns, str),
        },
        "relationship": {
            "style": answers.manner,
            "boundaries": _each(answers.boundaries, _boundary),
        },
    }
    if not _each(answers.traits, _trait):
        raise InvalidInput("at least one trait is needed, such as: curious 0.6")
    return soulscript.Soul.model_validate(document)


def _each(written: str, make: Callable[[str], JsonValue]) -> list[JsonValue]:
    return [make(item.strip()) for item in written.split(";") if item.strip()]


def _trait(written: str) -> JsonValue:
    name, level = _weighed(written, _STRENGTH)
    return {"trait": name, "strength": level}


def _value(written: str) -> JsonValue:
    weighed, _, expression = written.partition(":")
    name, level = _weighed(weighed.strip(), _IMPORTANCE)
    return {"name": name, "importance": level, "expression": expression.strip() or name}


def _boundary(written: str) -> JsonValue:
    return {"type": "general", "description": written, "enforcement": "says so"}


def _weighed(written: str, level: float) -> tuple[str, float]:
    """Take ``curious 0.6`` apart; a name alone has the usual level."""
    found = _TRAIT.fullmatch(written)
    if found is None:
        raise InvalidInput("a name is missing before the colon")
    level = float(found["level"]) if found["level"] else level
    if not -1 <= level <= 1:
        raise InvalidInput(f"{written!r}: a level is from -1 to 1")
    return found["name"], level


def _stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "new"
