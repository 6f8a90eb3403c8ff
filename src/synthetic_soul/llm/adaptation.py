"""Learn from refusals what a model does not take in a request, and send it otherwise.

A field is left out or sent under its other name, a system message becomes part of the first user
turn. Each of these is done once, so that no exchange goes on for ever.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import structlog

from synthetic_soul.llm.base import Message, Role, merge_roles
from synthetic_soul.llm.diagnosis.provider_report import Report
from synthetic_soul.llm.dialect import RequestBody
from synthetic_soul.toml_tables import any_of, read_table

log = structlog.get_logger(__name__)

_OTHER_NAMES: Final[Mapping[str, str]] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
_KEPT: Final = frozenset({"model", "messages", "response_format"})
"""Fields that no refusal takes out; ``structured.py`` has its own fallbacks for the last one."""
_FIELD_NOUN: Final = r"(?:parameter|argument|field|option|property|key|input|attribute|param)s?"
_SYSTEM: Final = "system"


class Adaptation:
    """What one model of an endpoint has refused, and what it is sent in place of that."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changes: dict[str, str] = {}
        self._merges_system = False

    def adapt(self, body: RequestBody) -> RequestBody:
        """Return the request as this model takes it."""
        if not self._changes and not self._merges_system:
            return body
        sent: RequestBody = {}
        for name, value in body.items():
            change = self._changes.get(name, name)
            change = self._changes.get(change, change) if change != name else change
            if change and change not in sent:
                sent[change] = value
        if self._merges_system:
            sent["messages"] = without_system(_messages(body))
        return sent

    def learn(self, sent: RequestBody, report: Report) -> bool:
        """Take a refusal of ``sent`` to heart; return whether the request is now another one."""
        forms = _forms()
        if not self._merges_system and _has_system(sent) and forms.system.search(report.text):
            self._merges_system = True
            self._log("the system message", "part of the first user message")
            return True
        told = " ".join((report.text, *report.codes)).replace("_", " ")
        names = [name for name in sent if name not in _KEPT and _is_named(name, report)]
        if not names or not forms.refusals.search(told):
            return False
        name = names[-1]
        other = _OTHER_NAMES.get(name, "")
        self._changes[name] = "" if other in self._changes else other
        self._log(name, self._changes[name] or "nothing")
        return True

    def _log(self, refused: str, sent_instead: str) -> None:
        log.warning(
            "model_field_refused", model=self._name, refused=refused, sent_instead=sent_instead
        )


def without_system(messages: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return messages of alternating roles, system messages put before the first user's words."""
    system = [part["content"] for part in messages if part["role"] == _SYSTEM]
    talk = [Message(_role(part), part["content"]) for part in messages if part["role"] != _SYSTEM]
    if not talk or talk[0].role != "user":
        talk.insert(0, Message("user", ""))
    whole = "\n\n".join(part for part in (*system, talk[0].content) if part)
    merged = merge_roles([Message("user", whole), *talk[1:]], lambda _: "\n\n")
    return [{"role": message.role, "content": message.content} for message in merged]


def _role(part: Mapping[str, str]) -> Role:
    return "assistant" if part["role"] == "assistant" else "user"


def _messages(body: RequestBody) -> Sequence[Mapping[str, str]]:
    messages = body["messages"]
    return messages if isinstance(messages, list) else []


def _has_system(body: RequestBody) -> bool:
    return any(part["role"] == _SYSTEM for part in _messages(body))


def _is_named(name: str, report: Report) -> bool:
    """Tell whether a report means the field, and not a plain word of the same spelling."""
    if any(part == name for place in report.fields for part in re.split(r"[.\s/\[\]]+", place)):
        return True
    name = re.escape(name)
    word = rf"(?<![\w-]){name}(?![\w-])"
    if "_" not in name and name != "temperature":
        word = (
            rf"""['"`‘“]{name}['"`’”]|\b{_FIELD_NOUN}\W{{1,4}}(?:\w+\W{{1,3}})?{word}"""
            rf"""|{word}\W{{1,3}}{_FIELD_NOUN}|:\s*{word}\s*(?:[.,;]|$)"""
            rf"""|^{name} (?:value )?(?:is|are) (?:not|un)"""
        )
    return re.search(word, report.text) is not None


@dataclass(frozen=True, slots=True)
class _Forms:
    """The content of ``data/refused_fields.toml``."""

    refusals: re.Pattern[str]
    system: re.Pattern[str]


@cache
def _forms() -> _Forms:
    data: dict[str, list[str]] = read_table("synthetic_soul.llm", "refused_fields")
    return _Forms(**{name: any_of(words) for name, words in data.items()})
