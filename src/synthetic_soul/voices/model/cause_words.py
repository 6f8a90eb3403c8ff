"""The causes of feelings in words: "insult" as "Ada insulted you"."""

from collections.abc import Iterable, Mapping
from typing import Final

from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.toml_tables import read_table

_TABLES: Final[Mapping[str, Mapping[str, str]]] = read_table(
    "synthetic_soul.voices.model", "causes"
)
_CAUSES: Final = _TABLES["causes"]
_EVENTS: Final = {
    **{name: row.adjective.replace("myself", "themselves") for name, row in EMOTIONS.items()},
    **_TABLES["events"],
}
_WEIGHT: Final = {cause: place for place, cause in enumerate(_CAUSES)}


def cause_words(cause: str, who: str) -> str:
    """Return a cause, as impulses name it, as a clause about the person ``who``; "" if unknown."""
    root, _, detail = cause.partition(":")
    event = _EVENTS.get(detail or root, "")
    clause = _CAUSES.get(root, "")
    if "{event}" in clause and not event:
        return ""
    return clause.replace("{event}", event).replace("{who}", who)


def strongest(causes: Iterable[str], limit: int) -> list[str]:
    """Return the weightiest ``limit`` of the known causes; "good_news:job" replaces "good_news"."""
    known = {cause for cause in causes if cause_words(cause, "")}
    known -= {cause.partition(":")[0] for cause in known if ":" in cause}
    return sorted(known, key=lambda cause: (_WEIGHT[cause.partition(":")[0]], cause))[:limit]
