"""The model of a soul: Soulscript v0.1, sections 1.3 and 2.1 to 2.7; and how one is written.

Every part is frozen and keeps what it does not know: extensions (``ns:feature``), ``metadata`` and
other unknown keys live in ``model_extra`` and are written again. They change no behaviour.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args
from uuid import UUID, uuid5

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
    """Return a model of the well-formed parts of ``raw``, and (path, complaint) for all others.

    All fields of the model are optional. Only ill-formed parts are left out: one wrong level does
    not remove the whole temperament.
    """
    try:
        return kind.model_validate(raw), ()
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
    faults = tuple((tuple(fault["loc"]), fault["msg"]) for fault in errors)
    valid = _without(raw, [path for path, _ in faults])
    return kind.model_validate(valid if isinstance(valid, dict) else {}), faults


def _without(value: JsonValue, paths: Iterable[Path]) -> JsonValue:
    """Return a copy of ``value`` without the parts at ``paths``."""
    inner: dict[str | int, list[Path]] = {}
    for path in paths:
        if not path:
            return None
        inner.setdefault(path[0], []).append(path[1:])
    removed = {step for step, rest in inner.items() if () in rest}
    if isinstance(value, dict):
        return {k: _without(v, inner.get(k, ())) for k, v in value.items() if k not in removed}
    if isinstance(value, list):
        return [_without(v, inner.get(i, ())) for i, v in enumerate(value) if i not in removed]
    return value


VERSION = "0.1"
METADATA = "metadata"  # every part may have it; it changes no behaviour (§1.2)
AVATAR = "avatar"
_IMAGE = re.compile(
    r"https://[^\s\\]+|data:image/[\w.+-]+;base64,[A-Za-z0-9+/=]+|[^\s\\/:][^\\:\x00-\x1f]*"
)
_NAMESPACE = UUID("6f0d9c52-3f0b-5d5e-9a0c-6b1f3a8e2d47")  # random; ids depend on it


class Part(BaseModel):
    """A component of a soul: frozen, and keeping unknown keys."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)

    def dump(self) -> dict[str, JsonValue]:
        """Return the part as plain JSON: known keys in the specification's order, then the rest.

        Optional keys without content are left out, so equal parts give equal documents.
        """
        return dict(self._entries())

    def _entries(self) -> Iterator[tuple[str, JsonValue]]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.is_required() or value not in (None, ()):
                yield field.alias or name, _plain(value)
        yield from (self.model_extra or {}).items()


def _plain(value: Any) -> JsonValue:  # noqa: ANN401 - a field of any part
    if isinstance(value, Part):
        return value.dump()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    plain: JsonValue = value
    return plain


class Entity(Part):
    """What kind of being it is (§2.2)."""

    form: StrictStr = Field(description="base form of the entity, such as human")
    occupation: StrictStr = Field(description="primary function")
    gender: StrictStr | None = Field(default=None, description="any string")
    age: StrictStr | None = Field(
        default=None, description='a number or a range, such as "26" or "20-30"'
    )
    background: StrictStr | None = Field(default=None, description="where it comes from")
    expertise: tuple[StrictStr, ...] = Field(default=(), description="what it knows well")


class Trait(Part):
    """A core trait and how it shows (§2.3)."""

    trait: StrictStr = Field(description="name of the trait")
    strength: Level = Field(description="a number from -1 to 1, 0 is the baseline")
    expression_rules: tuple[StrictStr, ...] = Field(
        default=(), description="how the trait shows in what is said"
    )


class Personality(Part):
    """Name and core traits (§2.3)."""

    name: StrictStr | None = Field(default=None, description="what the character is called")
    core_traits: Annotated[tuple[Trait, ...], Field(min_length=1)] = Field(
        description="at least one trait"
    )


class Conflict(Part):
    """Where a value meets another (§2.4)."""

    value: StrictStr = Field(description="name of the other value")
    resolution: StrictStr = Field(description="how the conflict is settled")


class Value(Part):
    """A guiding principle (§2.4)."""

    name: StrictStr = Field(description="identifier of the value")
    importance: Level = Field(description="a number from -1 to 1, 0 is the baseline")
    expression: StrictStr = Field(description="how the value manifests")
    conflicts: tuple[Conflict, ...] = Field(default=(), description="conflicts with other values")


class Voice(Part):
    """How it speaks (§2.5)."""

    style: StrictStr = Field(description="base communication style")
    tone: StrictStr = Field(description="emotional quality")
    qualities: tuple[StrictStr, ...] = Field(description="characteristics of the voice")
    patterns: tuple[StrictStr, ...] = Field(description="speech patterns")


class Boundary(Part):
    """A limit of interaction (§2.7); ``enforcement`` is free text."""

    type: StrictStr = Field(description="kind of limit, such as emotional")
    description: StrictStr = Field(description="what the limit is")
    enforcement: StrictStr = Field(description="how it is enforced")


class Relationship(Part):
    """How it stands to people (§2.7)."""

    style: StrictStr = Field(description="approach to interaction")
    boundaries: tuple[Boundary, ...] = Field(description="limits of interaction")


def _image(reference: str) -> str:
    """Validate a reference: it must not reach beyond the soul's own folder."""
    if not _IMAGE.fullmatch(reference) or ".." in reference.split("/"):
        message = "an image is a relative file name without .., an https or a data:image address"
        raise ValueError(message)
    return reference


class Avatar(Part):
    """What it looks like: an image for each expression (§2.6, which the specification leaves open).

    An image is a file name relative to the soul's own (with ``/``, never upwards), an ``https``
    address, or a ``data:image/…;base64`` URI.
    """

    default: StrictStr | None = Field(
        default=None, description="the expression that is shown when none is known"
    )
    images: Mapping[StrictStr, Annotated[StrictStr, AfterValidator(_image)]] = Field(
        default={}, description="expression -> file name, https address or data URI of its image"
    )

    def image(self, expression: str | None = None) -> str | None:
        """Return the image of an expression, else the default's, else the first; None of none."""
        for wanted in (expression, self.default):
            if wanted is not None and wanted in self.images:
                return self.images[wanted]
        return next(iter(self.images.values()), None)


def avatar(raw: JsonValue) -> tuple[Avatar, tuple[tuple[Path, str], ...]]:
    """Read the value of ``avatar`` tolerantly: the avatar, and (path, complaint) of other parts."""
    return well_formed(Avatar, raw)


class Soul(Part):
    """Who a character is; its values never change by themselves.

    Made by ``read`` and ``load``, or from a plain document by ``Soul.model_validate``, which raises
    pydantic's ``ValidationError``. ``given_id`` is the document's ``id``.
    """

    version: StrictStr = Field(description='version of the specification, "0.1"')
    given_id: Annotated[StrictStr, Field(min_length=1)] | None = Field(
        default=None, alias="id", description="identity that survives edits; any string"
    )
    entity: Entity = Field(description="what kind of being it is")
    personality: Personality = Field(description="name and core traits")
    values: tuple[Value, ...] = Field(description="guiding principles")
    voice: Voice = Field(description="how it speaks")
    relationship: Relationship = Field(description="how it stands to people")

    @property
    def id(self) -> str:
        """The document's ``id``, or a UUIDv5 of the canonical bytes where it has none."""
        if self.given_id is not None:
            return self.given_id
        return str(uuid5(_NAMESPACE, self.canonical().decode()))

    @property
    def name(self) -> str:
        """What to call the character: its name, or its occupation where it has none."""
        return self.personality.name or self.entity.occupation

    @property
    def avatar(self) -> "Avatar | None":
        """What it looks like (§2.6), if it says so; what is ill-formed there counts as absent."""
        raw = (self.model_extra or {}).get(AVATAR)
        return avatar(raw)[0] if isinstance(raw, dict) else None

    @property
    def engine(self) -> EngineNotes:
        """The notes under ``soul:engine``; what is ill-formed there counts as absent."""
        return engine_notes((self.model_extra or {}).get(ENGINE, {}))[0]

    def canonical(self) -> bytes:
        """Return the document with sorted keys and no whitespace, in UTF-8.

        Equal souls have equal bytes. A derived id is no part of them.
        """
        text = json.dumps(
            self.dump(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
        return text.encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.canonical()).hexdigest()


@cache
def known_keys(part: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that the specification gives a part, in its order."""
    return tuple(field.alias or name for name, field in part.model_fields.items())


@cache
def parts_within(part: type[Part]) -> tuple[tuple[str, type[Part]], ...]:
    """Return the keys of a part that hold parts, or lists of them, each with its class."""
    return tuple(
        (name, kind)
        for name, field in part.model_fields.items()
        for kind in (field.annotation, *get_args(field.annotation))
        if isinstance(kind, type) and issubclass(kind, Part)
    )


def _parts(
    part: type[Part], where: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], type[Part]]]:
    yield where, part
    for name, kind in parts_within(part):
        yield from _parts(kind, (*where, name))


# The parts of a soul: keys on the path (without indices of lists) -> class.
PARTS = dict(_parts(Soul, ()))


MAX_SOUL_BYTES = 16 << 20  # of one soul, read or written


def write(soul: Soul) -> str:
    """Write a soul in the specification's layout, ending with a line break.

    What ``read`` gave can be read again and is equal to it. The text is indented, except where
    that alone would take it past the limit of 16 MiB.
    """
    document = soul.dump()
    pretty = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if len(pretty.encode()) <= MAX_SOUL_BYTES:
        return pretty
    return compact(document)


def compact(document: JsonValue) -> str:
    """Write a document on one line without spaces, ending with a line break."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text + "\n"
