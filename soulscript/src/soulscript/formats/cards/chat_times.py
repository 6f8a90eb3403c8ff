"""When a line of a chat was sent, in the spellings that SillyTavern has used."""

import re
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from soulscript.formats.text.coerce import number

_SECONDS: Final = 10**11  # below it a number counts seconds (D15)
_LAST: Final = 10**14  # about the year 5138; what is beyond is no time
_HUMAN = re.compile(  # 2023-4-21 @20h 02m 47s 124ms
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s(?: ?(\d{1,3})ms)?"
)
_ENGLISH = re.compile(  # April 21, 2023 8:02pm
    r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))? ?([ap])m", re.IGNORECASE
)
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip


def moment(value: JsonValue) -> int | None:
    """Give milliseconds since 1970 of a number, or of a text in a known spelling; else None.

    A time without a zone is taken as UTC: what the writer's was nobody knows.
    """
    found = number(value)
    if found is not None:
        at = found * 1000 if abs(found) < _SECONDS else found
        return int(at) if abs(at) < _LAST else None
    text = value.strip() if isinstance(value, str) else ""
    try:
        return _of_text(text)
    except ValueError:
        return None


def _of_text(text: str) -> int:
    if match := _HUMAN.fullmatch(text):
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        return _millis(datetime(year, month, day, hour, minute, second, tzinfo=UTC)) + int(
            match[7] or 0
        )
    if match := _ENGLISH.fullmatch(text):
        month = _MONTHS.index(match[1][:3].lower()) + 1
        hour = int(match[4]) % 12 + (12 if match[7].lower() == "p" else 0)
        clock = (hour, int(match[5]), int(match[6] or 0))
        return _millis(datetime(int(match[3]), month, int(match[2]), *clock, tzinfo=UTC))
    found = datetime.fromisoformat(text)
    return _millis(found if found.tzinfo else found.replace(tzinfo=UTC))


def _millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)
