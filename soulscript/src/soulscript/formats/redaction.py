"""Secrets in foreign documents: found by their keys and by their look, and left out for good.

Agent files carry keys of providers and passwords of accounts beside who the character is. Neither
a soul nor the original that it keeps may hold them.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path, spell
from soulscript.formats.base import JsonObject
from soulscript.report import Note

# Whatever stands under them is secret, objects too.
_STORES: Final = frozenset({"secret", "secrets", "env", "environment", "credentials"})
_VARIABLES: Final = "environment_variables"
_WORDS: Final = re.compile(
    r"(?:\A|_)secret(?:\Z|_(?:access_)?(?:key|token|value|phrase))|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|auth_?key|credential|"
    r"mnemonic|seed_?phrase|bearer|authorization|(?:\A|_)cookies?\Z|(?:\A|_)token\Z|(?:\A|_)pat\Z"
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_KEY: Final = 120
# Keys as they are issued (OpenAI and its kin, GitHub, Slack, AWS, Google, JWTs), and addresses with
# a password in them.
_ISSUED: Final = re.compile(
    r"(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|"
    r"AIza[\w-]{30,}|hf_\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|[A-Za-z][\w+.-]{1,20}://[^\s/:@]{1,99}:[^\s/@]{1,99}@\S+)"
)
_LONGEST_ISSUED: Final = 4000


def without_secrets(document: JsonObject, *, by_key: bool = True) -> tuple[JsonObject, list[Note]]:
    """Copy a document without its secrets, and note each one that is left out.

    What is empty holds no secret and stays. ``by_key`` is false where a key that speaks of secrets
    may tell of a person's own.
    """
    search = _Search(by_key)
    return search.fields(document, ()), search.notes


@dataclass(slots=True)
class _Search:
    """One search for secrets: whether keys tell of them, and what was left out."""

    by_key: bool
    notes: list[Note] = field(default_factory=list)

    def fields(self, value: JsonObject, path: Path) -> JsonObject:
        """Give an object without what is secret in it."""
        return {
            key: self.kept(inner, (*path, key))
            for key, inner in value.items()
            if not self.is_secret(key, inner, (*path, key))
        }

    def kept(self, value: JsonValue, path: Path) -> JsonValue:
        """Give any value without what is secret in it."""
        if isinstance(value, dict):
            return self.fields(value, path)
        if not isinstance(value, list):
            return value
        items = enumerate(value)
        return [
            self.kept(inner, (*path, place))
            for place, inner in items
            if not self.is_secret("", inner, (*path, place))
        ]

    def is_secret(self, key: str, value: JsonValue, path: Path) -> bool:
        """Say whether a value is a secret, and if it is, note that it is left out."""
        if value is None or value in ("", [], {}):
            return False
        found = self.by_key and (_stores(key) or (isinstance(value, str) and _tells(key)))
        if not found and not (isinstance(value, str) and _is_issued(value)):
            return False
        self.notes.append(Note("dropped", spell(path), "", "a secret is kept nowhere"))
        return True


def _stores(key: str) -> bool:
    name = _spelled(key)
    return name in _STORES or name.endswith((_VARIABLES, "_secrets"))


def _tells(key: str) -> bool:
    return _WORDS.search(_spelled(key)) is not None


def _is_issued(value: str) -> bool:
    return len(value) <= _LONGEST_ISSUED and _ISSUED.fullmatch(value.strip()) is not None


def _spelled(key: str) -> str:
    """Spell a key as ``api_key`` is spelled; of a very long one the start."""
    return re.sub(r"[^a-z0-9]+", "_", _HUMP.sub("_", key[:_LONGEST_KEY]).lower()).strip("_")
