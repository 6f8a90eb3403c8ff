"""What the engine reads of a soul beyond the specification: the extension ``soul:engine``.

It makes a character worth talking to where no language model is present. Everything in it is
optional, other frameworks ignore it (§1.2), and what is ill-formed counts as absent.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictStr,
    ValidationError,
)

from soulscript.errors import Path

ENGINE = "soul:engine"
T = TypeVar("T", bound=BaseModel)

# Adding zero turns -0.0 into 0.0, so that equal souls have equal bytes.
Level = Annotated[
    float,
    Field(strict=True, ge=-1, le=1, allow_inf_nan=False),
    AfterValidator(lambda level: level + 0.0),
]
"""A measurable quality: -1 to 1, 0 is the baseline (§1.3)."""


class EngineNotes(BaseModel):
    """What a character says and likes, for a voice that has no model behind it.

    Every field is optional; unknown keys are kept in ``model_extra``.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    temperament: Mapping[StrictStr, Level] = Field(
        default={}, description="lasting dispositions by name, -1 to 1"
    )
    greetings: tuple[StrictStr, ...] = Field(default=(), description="ways of saying hello")
    farewells: tuple[StrictStr, ...] = Field(default=(), description="ways of saying goodbye")
    catchphrases: tuple[StrictStr, ...] = Field(default=(), description="turns of phrase")
    comforts: tuple[StrictStr, ...] = Field(default=(), description="answers to bad news")
    delights: tuple[StrictStr, ...] = Field(default=(), description="answers to good news")
    honesty: tuple[StrictStr, ...] = Field(
        default=(), description="what the character says when asked what it is"
    )
    favourites: Mapping[StrictStr, StrictStr] = Field(
        default={}, description="kind of thing -> the one it likes best, in its own words"
    )
    stories: tuple[StrictStr, ...] = Field(
        default=(), description="short anecdotes in the first person"
    )
    opinions: Mapping[StrictStr, StrictStr] = Field(
        default={}, description="topic -> one line about it"
    )
    questions: tuple[StrictStr, ...] = Field(default=(), description="what it likes to ask people")
    emoji: StrictBool = Field(default=False, description="whether it writes emoji")


def engine_notes(raw: JsonValue) -> tuple[EngineNotes, tuple[tuple[Path, str], ...]]:
    """Read the extension tolerantly: the notes, and (path, complaint) for each part left out.

    ``raw`` is the value of ``soul:engine``; anything but an object gives empty notes.
    """
    return well_formed(EngineNotes, raw)


def well_formed(kind: type[T], raw: JsonValue) -> tuple[T, tuple[tuple[Path, str], ...]]:
    """Make a model, all of it optional, of what is well-formed in ``raw``; name what is not.

    Only the ill-formed parts are left out: one wrong level does not cost the whole temperament.
    """
    try:
        return kind.model_validate(raw), ()
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
    faults = tuple((tuple(fault["loc"]), fault["msg"]) for fault in told)
    kept = _without(raw, [path for path, _ in faults])
    return kind.model_validate(kept if isinstance(kept, dict) else {}), faults


def _without(value: JsonValue, paths: Iterable[Path]) -> JsonValue:
    """Copy ``value`` without what stands at ``paths``."""
    inner: dict[str | int, list[Path]] = {}
    for path in paths:
        if not path:
            return None
        inner.setdefault(path[0], []).append(path[1:])
    gone = {step for step, rest in inner.items() if () in rest}
    if isinstance(value, dict):
        return {k: _without(v, inner.get(k, ())) for k, v in value.items() if k not in gone}
    if isinstance(value, list):
        return [_without(v, inner.get(i, ())) for i, v in enumerate(value) if i not in gone]
    return value
