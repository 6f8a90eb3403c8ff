"""Removal of secrets from foreign documents, recognized by their keys or their form.

Agent files hold API keys and passwords beside the character. Neither a soul nor the original that
it keeps may contain them.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path, spell
from soulscript.jsontext.parser import JsonObject
from soulscript.report import Note

# Keys whose values are secret whatever their type.
_SECRET_STORES: Final = frozenset({"secret", "secrets", "env", "environment", "credentials"})
_SECRET_STORE_ENDS: Final = ("environment_variables", "_secrets")
# Keys whose values are secret if they are texts.
_SECRET_KEY: Final = re.compile(
    r"(?:\A|_)secret(?:\Z|_(?:access_)?(?:key|token|value|phrase))|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|auth_?key|credential|"
    r"mnemonic|seed_?phrase|bearer|authorization|(?:\A|_)cookies?\Z|(?:\A|_)token\Z|(?:\A|_)pat\Z"
)
_CAMEL_CASE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MAX_KEY_CHARS: Final = 120  # of a key that are looked at
# Keys as they are issued (OpenAI and compatible, GitHub, Slack, AWS, Google, Hugging Face, JWT),
# and URLs with a password.
_ISSUED_SECRET: Final = re.compile(
    r"(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|"
    r"AIza[\w-]{30,}|hf_\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|[A-Za-z][\w+.-]{1,20}://[^\s/:@]{1,99}:[^\s/@]{1,99}@\S+)"
)
_MAX_ISSUED_CHARS: Final = 4000


def without_secrets(document: JsonObject, *, by_key: bool = True) -> tuple[JsonObject, list[Note]]:
    """Return a copy without secrets, and a note for each one removed.

    Empty values stay. With ``by_key=False`` only the form of a text counts: ``secrets`` of a
    person may be part of the character.
    """
    redaction = _Redaction(by_key)
    return redaction.redact_object(document, ()), redaction.notes


@dataclass(slots=True)
class _Redaction:
    by_key: bool
    notes: list[Note] = field(default_factory=list)

    def redact_object(self, value: JsonObject, path: Path) -> JsonObject:
        return {
            key: self._redact(inner, (*path, key))
            for key, inner in value.items()
            if not self._is_secret(key, inner, (*path, key))
        }

    def _redact(self, value: JsonValue, path: Path) -> JsonValue:
        if isinstance(value, dict):
            return self.redact_object(value, path)
        if not isinstance(value, list):
            return value
        return [
            self._redact(inner, (*path, index))
            for index, inner in enumerate(value)
            if not self._is_secret("", inner, (*path, index))
        ]

    def _is_secret(self, key: str, value: JsonValue, path: Path) -> bool:
        """Return whether a value is secret, and note it if so."""
        if value is None or value in ("", [], {}):
            return False
        name = _snake_case(key) if self.by_key else ""
        is_store = name in _SECRET_STORES or name.endswith(_SECRET_STORE_ENDS)
        if not is_store and not (
            isinstance(value, str) and (_SECRET_KEY.search(name) or _is_issued(value))
        ):
            return False
        self.notes.append(Note("dropped", spell(path), "", "a secret is kept nowhere"))
        return True


def _is_issued(value: str) -> bool:
    return len(value) <= _MAX_ISSUED_CHARS and _ISSUED_SECRET.fullmatch(value.strip()) is not None


def _snake_case(key: str) -> str:
    words = _CAMEL_CASE.sub("_", key[:_MAX_KEY_CHARS])
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
