"""Times as chats write them."""

import re
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_number
from soulscript.model.memory import SECONDS

_MAX_MILLISECONDS: Final = 10**14  # about the year 5138; a larger number is no time
_HUMANIZED = re.compile(  # 2023-4-21 @20h 02m 47s 124ms
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s(?: ?(\d{1,3})ms)?"
)
_ENGLISH = re.compile(  # April 21, 2023 8:02pm, or of 24 hours
    r"([A-Za-z]{3,9}) (\d{1,2}), (\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([ap])m)?",
    re.IGNORECASE,
)
_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip


def parse_time(value: JsonValue) -> int | None:
    """Parse a time in any form that the tools have written, as milliseconds since 1970.

    A number below 10^11 counts seconds (D15). A time without a zone counts as UTC: the writer's
    zone is unknown. Returns None for any other value.
    """
    number = as_number(value)
    if number is not None:
        at = number * 1000 if abs(number) < SECONDS else number
        return int(at) if abs(at) < _MAX_MILLISECONDS else None
    try:
        return _parse_text(value.strip() if isinstance(value, str) else "")
    except ValueError:
        return None


def _parse_text(text: str) -> int:
    if match := _HUMANIZED.fullmatch(text):
        year, month, day, hour, minute, second = map(int, match.groups()[:6])
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return _milliseconds(time) + int(match[7] or 0)
    if match := _ENGLISH.fullmatch(text):
        month = _MONTHS.index(match[1][:3].lower()) + 1
        half = (match[7] or "").lower()
        hour = int(match[4]) % 12 + (12 if half == "p" else 0) if half else int(match[4])
        clock = (hour, int(match[5]), int(match[6] or 0))
        return _milliseconds(datetime(int(match[3]), month, int(match[2]), *clock, tzinfo=UTC))
    time = datetime.fromisoformat(text)
    return _milliseconds(time if time.tzinfo else time.replace(tzinfo=UTC))


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
