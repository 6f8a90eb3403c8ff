"""Files of formats that are one JSON document each: from bytes to a soul, and back to bytes."""

from dataclasses import replace

from soulscript.errors import NotASoulError, whole_text
from soulscript.formats.base import Export, Import, JsonObject, Source
from soulscript.formats.fields import located
from soulscript.formats.redaction import without_secrets
from soulscript.formats.round_trip import Codec, document_from, soul_from, text_of, with_memories
from soulscript.model.soul import Soul


def imported(
    shape: Codec, name: str, document: JsonObject, source: Source, *, by_key: bool = True
) -> Import:
    """Read a document of a format. Its secrets are left out of the soul and of the original.

    ``by_key`` is as in ``without_secrets``.

    Raises ``NotASoulError`` that names what is wrong and where.
    """
    try:
        kept, dropped = without_secrets(document, by_key=by_key)
        found = soul_from(shape, kept, format=name, source=source.name)
    except NotASoulError as error:
        raise located(error, source.name) from error
    return replace(found, report=found.report + dropped)


def exported(shape: Codec, what: Import, name: str) -> Export:
    """Write what was read as one JSON document, and the pictures that came along beside it."""
    document, report = document_from(shape, soul_in(what, name))
    return Export({name: text_of(document), **what.assets}, report)


def soul_in(what: Import, name: str) -> Soul:
    """Give the soul with all memories that came along; ``NotASoulError`` where there is none."""
    if what.soul is None:
        message, mend = "there are memories here but no character", "bring a soul as well"
        raise NotASoulError([whole_text("no_soul", message, mend, name)])
    return with_memories(what.soul, what.memories)
