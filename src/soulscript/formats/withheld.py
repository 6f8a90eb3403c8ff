"""Secrets in foreign documents: found by their keys and by their look, and left out for good.

Agent files carry keys of providers and passwords of accounts beside who the character is. Neither
a soul nor the original that it keeps may hold them.
"""

import re
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path, spell
from soulscript.formats.base import JsonObject
from soulscript.report import Note

# Whatever stands under them is secret, objects too.
_STORES: Final = frozenset({"secret", "secrets", "env", "environment", "credentials"})
_VARIABLES: Final = "environment_variables"
_WORDS: Final = re.compile(
    r"secret|passw(?:or)?d|passphrase|api_?key|private_?key|access_?key|auth_?key|credential|"
    r"mnemonic|seed_?phrase|bearer|authorization|cookie|(?:\A|_)token\Z|(?:\A|_)pat\Z"
)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_KEY: Final = 120
# Keys of providers as they are issued: OpenAI and its kin, GitHub, Slack, AWS, Google, JWTs.
_ISSUED: Final = re.compile(
    r"(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|"
    r"AIza[\w-]{30,}|hf_\w{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"
)
_LONGEST_ISSUED: Final = 4000


def without_secrets(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Copy a document without its secrets, and note each one that is left out.

    What is empty holds no secret and stays.
    """
    notes: list[Note] = []
    kept = _kept(document, (), notes)
    return kept if isinstance(kept, dict) else {}, notes


def _kept(value: JsonValue, path: Path, notes: list[Note]) -> JsonValue:
    """Give the value without secrets; None stands for one that is a secret itself."""
    if isinstance(value, dict):
        return {
            key: _kept(inner, (*path, key), notes)
            for key, inner in value.items()
            if not _secret(key, inner, (*path, key), notes)
        }
    if isinstance(value, list):
        return [
            _kept(inner, (*path, place), notes)
            for place, inner in enumerate(value)
            if not _secret("", inner, (*path, place), notes)
        ]
    return value


def _secret(key: str, value: JsonValue, path: Path, notes: list[Note]) -> bool:
    """Say whether a value is a secret, and if it is, note that it is left out."""
    if _blank(value) or not (_stores(key) or (isinstance(value, str) and _tells(key, value))):
        return False
    notes.append(Note("dropped", spell(path), "", "a secret is kept nowhere"))
    return True


def _blank(value: JsonValue) -> bool:
    return value is None or value in ("", [], {})


def _stores(key: str) -> bool:
    name = _spelled(key)
    return name in _STORES or name.endswith((_VARIABLES, "_secrets"))


def _tells(key: str, value: str) -> bool:
    if _WORDS.search(_spelled(key)):
        return True
    return len(value) <= _LONGEST_ISSUED and _ISSUED.fullmatch(value.strip()) is not None


def _spelled(key: str) -> str:
    """Spell a key as ``api_key`` is spelled; of a very long one the start."""
    return re.sub(r"[^a-z0-9]+", "_", _HUMP.sub("_", key[:_LONGEST_KEY]).lower()).strip("_")
