"""Group definitions of chat tools, which are told apart from characters and refused.

A group only names its members, whose characters are in files of their own. SillyTavern's groups are
``{id, name, members, chat_id, …}``; Agnai's are chats with ``characters`` and without messages.
"""

from typing import Final

from soulscript.errors import UnknownFormatError, whole_text
from soulscript.formats.base import Source, as_text
from soulscript.jsontext.parser import JsonObject, as_object

_GROUP_KEYS: Final = (
    "chat_id", "chats", "allow_self_responses", "activation_strategy", "disabled_members",
    "generation_mode",
)  # fmt: skip
_MIN_GROUP_KEYS: Final = 2  # beside the members, by which a group is detected
_MAX_NAMED: Final = 10  # members named in the error
_MAX_NAME_CHARS: Final = 60


def refuse_group(source: Source) -> None:
    """Raise ``UnknownFormatError`` with the members' names where a source defines a group."""
    document = as_object(source.document)
    members = _members(document)
    if members is None:
        return
    name = as_text(document.get("name"))[:_MAX_NAME_CHARS]
    named = ", ".join(member[:_MAX_NAME_CHARS] for member in members[:_MAX_NAMED])
    more = f" and {len(members) - _MAX_NAMED} more" if len(members) > _MAX_NAMED else ""
    message = (
        f'this is the group "{name}", not a character; it only names {named or "nobody"}{more}'
    )
    mend = "bring the card of each member by itself"
    raise UnknownFormatError([whole_text("group", message, mend, source.name)])


def _members(document: JsonObject) -> list[str] | None:
    """Return the names or ids of a group's members; None where the document is no group."""
    members = document.get("members")
    if (
        isinstance(members, list)
        and sum(map(document.__contains__, _GROUP_KEYS)) >= _MIN_GROUP_KEYS
    ):
        return [text for member in members if (text := _member(member))]
    if document.get("kind") == "chat" and not isinstance(document.get("messages"), list):
        main = as_text(document.get("characterId"))
        others = [key for key, on in as_object(document.get("characters")).items() if on]
        return list(dict.fromkeys(filter(None, [main, *others])))
    return None


def _member(member: object) -> str:
    if isinstance(member, dict):
        return as_text(member.get("name")) or as_text(member.get("id"))
    return member.removesuffix(".png") if isinstance(member, str) else ""
