"""Dialects of souls: one function a rule, one table of rules.

Each rule brings the document nearer to the specification's layout and reports what it changes: as a
warning in tolerant reading, as an error in strict reading (D21). Rules that are not in the table:

- D1 (comments, trailing commas, byte order mark, leading # lines) is the scanner's.
- D10 (unknown keys and extensions are kept) needs no change; ``Reading.kept`` lists them.
- D23: the text of a soul is content. Nothing here reads it as an instruction, and ``prompt`` keeps
  each text on one line, so that none can pass for a section of its own.
"""

import re
from collections.abc import Callable, Iterable

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.jsontext.parser import JsonObject, Parsed, as_object
from soulscript.jsontext.scanner import MAX_DEPTH, MAX_KNOWN_VALUES
from soulscript.model.soul import AVATAR, VERSION, known_keys
from soulscript.reading.document import AnnotatedDocument

DEFAULT_IMPORTANCE = 0.5
DEFAULT_TYPE = "general"
DEFAULT_ENFORCEMENT = "situational"
AGE = re.compile(r"[0-9]+(\.[0-9]+)?( ?[-–] ?[0-9]+(\.[0-9]+)?)?")  # a number or a range


def d3_layout(document: AnnotatedDocument) -> None:
    """Lift values, voice and relationship from personality; the top level wins."""
    personality = as_object(document.root.get("personality"))
    for key in ("values", "voice", "relationship"):
        if key not in personality:
            continue
        path = ("personality", key)
        value = personality.pop(key)
        if document.root.get(key) is None:
            message, mend = f'"{key}" stands under personality', "move it to the top level"
            document.change("misplaced", path, message, mend, "D3")
            document.moved({(key,): path})
            document.root[key] = value
        else:
            message = f'"{key}" stands at the top level too, and that one counts'
            document.change("misplaced", path, message, "take this one away", "D3", fate="dropped")


def d4_core_traits(document: AnnotatedDocument) -> None:
    """Take ``traits`` for another name of ``core_traits``."""
    personality = as_object(document.root.get("personality"))
    if "traits" in personality and "core_traits" not in personality:
        path = ("personality", "traits")
        message, mend = 'core traits are called "traits"', 'call them "core_traits"'
        document.change("other_name", path, message, mend, "D4")
        document.moved({("personality", "core_traits"): path})
        personality["core_traits"] = personality.pop("traits")


def d10_null(document: AnnotatedDocument) -> None:
    """Take a known key that holds null for absent: it says nothing."""
    for path, part, value in document.objects():
        if None not in value.values():
            continue
        for key in (*known_keys(part), *((AVATAR,) if not path else ())):
            if key in value and value[key] is None:
                message, mend = f'"{key}" is null', "give it a value or leave it out"
                document.change("null", (*path, key), message, mend, "D10", fate="dropped")
                del value[key]


def d2_identity(document: AnnotatedDocument) -> None:
    """Take 0.1 where no version is given, and numbers for version and id."""
    for key in ("version", "id"):
        _number_to_text(document, document.root, (key,), "D2")
    document.default(document.root, ("version",), VERSION, "D2")
    version = document.root["version"]
    if isinstance(version, str) and version != VERSION:
        message = f"this is read as version {VERSION}, whatever differs in the version it names"
        document.change("unknown_version", ("version",), message, f'write "{VERSION}"', "D2")


def d5_levels(document: AnnotatedDocument) -> None:
    """Move levels outside -1..1 to the nearer end; a scale of 0..1 is left as it is."""
    for *where, key in (("personality", "core_traits", "strength"), ("values", "importance")):
        for path, holder in document.values(tuple(where)):
            clamp(document, path, as_object(holder), (key,))


def clamp(document: AnnotatedDocument, path: Path, holder: JsonObject, keys: Iterable[str]) -> None:
    """Move the levels at ``keys`` that are outside -1..1 to the nearer end (D5)."""
    for key in keys:
        level = holder.get(key)
        if isinstance(level, bool) or not isinstance(level, int | float) or -1 <= level <= 1:
            continue
        place = (*path, key)
        document.change("out_of_range", place, "a level is from -1 to 1", "choose one", "D5")
        holder[key] = 1.0 if level > 0 else -1.0


def d6_importance(document: AnnotatedDocument) -> None:
    """Take a value that does not say how important it is as moderately so."""
    for path, value in document.values(("values",)):
        if isinstance(value, dict):
            document.default(value, (*path, "importance"), DEFAULT_IMPORTANCE, "D6")


def d7_age(document: AnnotatedDocument) -> None:
    """Take a number for an age; what is neither number nor range is kept as it is."""
    entity = as_object(document.root.get("entity"))
    _number_to_text(document, entity, ("entity", "age"), "D7")
    age = entity.get("age")
    if isinstance(age, str) and not AGE.fullmatch(age):
        message, mend = "the age is neither a number nor a range", 'write "26" or "20-30"'
        document.change("free_age", ("entity", "age"), message, mend, "D7")


def d8_form(document: AnnotatedDocument) -> None:
    """Read a form that holds an object: its species is the form, the rest the appearance.

    The specification allows any text there, so strict reading leaves it alone.
    """
    entity = as_object(document.root.get("entity"))
    form = entity.get("form")
    if document.strict or not isinstance(form, str) or "appearance" in entity:
        return
    look = as_object(_within_braces(form.strip()))
    species = look.pop("species", None)
    if not isinstance(species, str) or species.lstrip().startswith("{"):
        return
    message, mend = "the form is an object written as a text", "write the species alone"
    document.change("form_object", ("entity", "form"), message, mend, "D8")
    entity["form"] = species
    if look:
        entity["appearance"] = look


def d9_boundaries(document: AnnotatedDocument) -> None:
    """Take one text, one object, or an object with a key for each, for a list of boundaries."""
    relationship = as_object(document.root.get("relationship"))
    path = ("relationship", "boundaries")
    found = relationship.get("boundaries")
    message, mend = "boundaries are a list", "write an object for each, within [ ]"
    if isinstance(found, str | dict):
        document.change("not_a_list", path, message, mend, "D9")
    if isinstance(found, str):
        relationship["boundaries"] = [_boundary(DEFAULT_TYPE, found)]
    elif isinstance(found, dict) and _is_boundary(found):
        document.moved({(*path, 0): path})
        relationship["boundaries"] = [found]
    elif isinstance(found, dict):
        document.moved({(*path, place): (*path, key) for place, key in enumerate(found)})
        relationship["boundaries"] = [
            {"type": key, **inner} if isinstance(inner, dict) else _boundary(key, inner)
            for key, inner in found.items()
        ]
    _each_boundary(document, relationship.get("boundaries"), path)


def _each_boundary(document: AnnotatedDocument, listed: JsonValue, path: Path) -> None:
    for place, item in enumerate(listed if isinstance(listed, list) else ()):
        here = (*path, place)
        if isinstance(item, str) and isinstance(listed, list):
            message, mend = "a boundary is an object", "write type, description and enforcement"
            document.change("not_an_object", here, message, mend, "D9")
            listed[place] = _boundary(DEFAULT_TYPE, item)
        elif isinstance(item, dict):
            document.default(item, (*here, "type"), DEFAULT_TYPE, "D9")
            document.default(item, (*here, "enforcement"), DEFAULT_ENFORCEMENT, "D9")


def d20_trait_names(document: AnnotatedDocument) -> None:
    """Compare trait names without case; of several the last counts."""
    personality = as_object(document.root.get("personality"))
    listed = personality.get("core_traits")
    if not isinstance(listed, list):
        return
    path = ("personality", "core_traits")
    names = [as_object(item).get("trait") for item in listed]
    last = {name.casefold(): place for place, name in enumerate(names) if isinstance(name, str)}
    if len(last) == len(names):
        return
    kept: list[int] = []
    for place, name in enumerate(names):
        if not isinstance(name, str) or last[name.casefold()] == place:
            kept.append(place)
            continue
        message = "a trait of this name follows, and that one counts"
        document.change(
            "duplicate_trait", (*path, place), message, "keep one of them", "D20", fate="dropped"
        )
    document.moved({(*path, now): (*path, before) for now, before in enumerate(kept)})
    personality["core_traits"] = [listed[place] for place in kept]


# Applied in this order: first where things stand, then what they hold.
RULES: tuple[Callable[[AnnotatedDocument], None], ...] = (
    d3_layout,
    d4_core_traits,
    d10_null,
    d2_identity,
    d5_levels,
    d6_importance,
    d7_age,
    d8_form,
    d9_boundaries,
    d20_trait_names,
)


def _number_to_text(document: AnnotatedDocument, holder: JsonObject, path: Path, rule: str) -> None:
    key = str(path[-1])
    value = holder.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        message, mend = f'"{key}" is a number', 'write it as a text, in "…"'
        document.change("number_as_text", path, message, mend, rule)
        holder[key] = str(value)


def _is_boundary(value: JsonObject) -> bool:
    return isinstance(value.get("type"), str) and isinstance(value.get("description"), str)


def _boundary(kind: str, description: JsonValue) -> JsonObject:
    return {"type": kind, "description": description, "enforcement": DEFAULT_ENFORCEMENT}


def _within_braces(form: str) -> JsonValue:
    """Read a text like ``{…}`` or ``{{…}}`` as JSON; nothing where it cannot be read."""
    if not form.startswith("{"):
        return None
    double = form.startswith("{{") and form.endswith("}}")
    # The object comes to stand two levels deep and must still be readable there.
    found = Parsed(form[1:-1] if double else form, MAX_DEPTH - 2, MAX_KNOWN_VALUES)
    readable = found.whole and all(fault.tolerable for fault in found.faults)
    return found.value if readable else None
