"""Names of variables that may be misspelt settings."""

import re
from collections.abc import Collection, Iterable
from difflib import SequenceMatcher
from typing import Final

from synthetic_soul.env_file import EnvLine
from synthetic_soul.settings import Settings

SETTINGS: Final = tuple(name.upper() for name in Settings.model_fields)
MIN_LIKENESS: Final = 0.8
"""From which a name in ``.env`` counts as a misspelt setting, from 0 to 1."""
MIN_LIKENESS_ELSEWHERE: Final = 0.87
"""The same for names in the environment, which many programs share."""
MIN_NAME_CHARS: Final = 5
"""Of shorter names too many are alike."""
# Words that people use for each other in names of settings.
_SYNONYMS: Final = {
    **dict.fromkeys(("URI", "CONNECTION", "ADDRESS", "DSN", "ENDPOINT"), "URL"),
    **dict.fromkeys(("PATH", "FOLDER", "DIRECTORY"), "DIR"),
    **dict.fromkeys(("TOKEN", "APIKEY"), "KEY"),
    **dict.fromkeys(("DOMAINS", "ORIGINS", "ORIGIN"), "DOMAIN"),
    "BASEURL": "URL",
    "MONGODB": "MONGO",
    "LISTEN": "",
    "BASE": "",
    "API": "",
}
_OWN_PREFIX: Final = re.compile(r"(?:SYNTHETIC_?)?SOUL_(?=.)")
# Variables of other programs that may stand in the same file.
_FOREIGN: Final = re.compile(
    r"(?:COMPOSE|DOCKER|UVICORN|PYTHON|MONGO_INITDB|MONGOD|OLLAMA|OTEL|SSL|LC|LD|PIP|UV|GIT|CI|XDG)"
    r"(?:_|$).*|PYTHON.*|.*_PROXY|TZ|LANG|PATH|HOME|USER|PWD|HOSTNAME|HOSTTYPE|LOGNAME|NO_COLOR|"
    r"SOUL_PORT\w*|\w+_SERVICE_(?:HOST|PORT)\w*|"  # as Kubernetes and Docker make them of services
    r"FORWARDED_ALLOW_IPS|WEB_CONCURRENCY|OPENAI_(?:BASE_URL|ORG_ID|PROJECT|PROJECT_ID|LOG)"
)


def unknown_names(lines: Iterable[EnvLine], environ: Collection[str]) -> list[tuple[str, str, str]]:
    """Return name, place and the setting that may be meant ("" for none) of each unknown name.

    Of ``.env`` all names that are no setting and of no other known program; of the environment
    only those that are like a setting.
    """
    found: dict[str, tuple[str, str]] = {}
    for name in sorted(environ):
        if _is_unknown(name) and (meant := meant_setting(name, MIN_LIKENESS_ELSEWHERE)):
            found[name] = "environment", meant
    for line in lines:
        if _is_unknown(line.name):
            place = f".env line {line.line}"
            found[line.name] = place, meant_setting(line.name, MIN_LIKENESS)
    return [(name, *about) for name, about in found.items()]


def _is_unknown(name: str) -> bool:
    return name.upper() not in SETTINGS and not _FOREIGN.fullmatch(name.upper())


def meant_setting(name: str, least: float) -> str:
    """Return the setting that is most like a name; "" if none is like it enough."""
    plain = _plain(name)
    settings = {_plain(setting): setting for setting in SETTINGS}
    if plain in settings or len(plain) < MIN_NAME_CHARS:
        return settings.get(plain, "")
    long = ((_likeness(plain, each), each) for each in settings if len(each) >= MIN_NAME_CHARS)
    likeness, nearest = max(long)
    return settings[nearest] if likeness >= least else ""


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(name: str) -> str:
    """Return a name without its separators and the words that carry no difference."""
    words = _OWN_PREFIX.sub("", re.sub(r"\W", "_", name.upper())).split("_")
    joined = "".join(_SYNONYMS.get(word, word) for word in words)
    for word, meaning in (("APIKEY", "KEY"), ("BASEURL", "URL"), ("MONGODB", "MONGO")):
        joined = joined.replace(word, meaning)
    return joined
