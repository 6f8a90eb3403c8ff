"""``soul new``."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

import soulscript
from synthetic_soul.cli.console import given, say, write_files
from synthetic_soul.errors import InvalidInput
from synthetic_soul.nlu.text.sentences import is_blank

_TRAIT = re.compile(r"(?P<name>.*?\S)(?:\s*[=\s]\s*(?P<level>[+-]?\d*\.?\d+))?")
_DEFAULT_STRENGTH, _DEFAULT_IMPORTANCE = 0.5, 0.7

AnswerOption = Annotated[str | None, typer.Option(help="Answers the question beforehand.")]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers and their defaults; ``;`` separates the items of a list."""

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


def new(
    file: Annotated[
        Path | None, typer.Argument(help="File to write; by default it is named after the soul.")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask no questions.")] = False,
    name: AnswerOption = None,
    occupation: AnswerOption = None,
    form: AnswerOption = None,
    traits: Annotated[str | None, typer.Option(help='Such as "curious 0.6; patient".')] = None,
    values: Annotated[str | None, typer.Option(help='"honesty 0.8: says what is so".')] = None,
    style: AnswerOption = None,
    tone: AnswerOption = None,
    patterns: AnswerOption = None,
    manner: AnswerOption = None,
    boundaries: AnswerOption = None,
) -> None:
    """Make a soul and write it; never over an existing file.

    Questions without an option are asked on a terminal; a pipe answers them line by line, in
    order. Where there is no answer, the default is one. Errors: ``InvalidInput``, ``Conflict``.
    """
    options = given(
        name=name,
        occupation=occupation,
        form=form,
        traits=traits,
        values=values,
        style=style,
        tone=tone,
        patterns=patterns,
        manner=manner,
        boundaries=boundaries,
    )
    answers = replace(Answers(), **{key: str(value) for key, value in options.items()})
    soul_of(answers)
    for field, question in () if yes else QUESTIONS.items():
        if field not in options:
            is_asked = sys.stdin.isatty()
            answers = _ask(answers, field, question) if is_asked else _read(answers, field)
    text = soulscript.write(soul_of(answers))
    path = file or Path(f"{_file_stem(answers.name)}.soul")
    write_files({path: text.encode()}, force=False, otherwise="name another file")
    say(f"{path} written; talk to it with: soul chat --soul {path}")


def _ask(answers: Answers, field: str, question: str) -> Answers:
    """Ask until the answer is valid."""
    while True:
        answer = typer.prompt(question, default=getattr(answers, field))
        answered = replace(answers, **{field: answer})
        try:
            soul_of(answered)
        except InvalidInput as error:
            say(error)
        else:
            return answered


def _read(answers: Answers, field: str) -> Answers:
    """Take the next line as the answer; an empty one, or none, leaves the default."""
    answer = sys.stdin.readline().strip()
    answered = replace(answers, **{field: answer}) if answer else answers
    try:
        soul_of(answered)
    except InvalidInput as error:
        raise InvalidInput(f"{field}: {error.message}") from None
    return answered


def soul_of(answers: Answers) -> soulscript.Soul:
    """Make a soul of the answers; ``InvalidInput`` if one is invalid."""
    if is_blank(answers.name):
        raise InvalidInput("the name is empty; it needs a letter")
    document: dict[str, JsonValue] = {
        "version": "0.1",
        "entity": {"form": answers.form, "occupation": answers.occupation},
        "personality": {"name": answers.name, "core_traits": _items(answers.traits, _trait)},
        "values": _items(answers.values, _value),
        "voice": {
            "style": answers.style,
            "tone": answers.tone,
            "qualities": _items(answers.tone, str),
            "patterns": _items(answers.patterns, str),
        },
        "relationship": {
            "style": answers.manner,
            "boundaries": _items(answers.boundaries, _boundary),
        },
    }
    if not _items(answers.traits, _trait):
        raise InvalidInput("at least one trait is needed, such as: curious 0.6")
    return soulscript.Soul.model_validate(document)


def _items(text: str, make: Callable[[str], JsonValue]) -> list[JsonValue]:
    return [make(item.strip()) for item in text.split(";") if item.strip()]


def _trait(text: str) -> JsonValue:
    name, level = _name_and_level(text, _DEFAULT_STRENGTH)
    return {"trait": name, "strength": level}


def _value(text: str) -> JsonValue:
    weighted, _, expression = text.partition(":")
    name, level = _name_and_level(weighted.strip(), _DEFAULT_IMPORTANCE)
    return {"name": name, "importance": level, "expression": expression.strip() or name}


def _boundary(text: str) -> JsonValue:
    return {"type": "general", "description": text, "enforcement": "says so"}


def _name_and_level(text: str, default: float) -> tuple[str, float]:
    """Split ``curious 0.6``; a name alone has the default level."""
    match = _TRAIT.fullmatch(text)
    if match is None:
        raise InvalidInput("a name is missing before the colon")
    level = float(match["level"]) if match["level"] else default
    if not -1 <= level <= 1:
        raise InvalidInput(f"{text!r}: a level is from -1 to 1")
    return match["name"], level


def _file_stem(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "new"
