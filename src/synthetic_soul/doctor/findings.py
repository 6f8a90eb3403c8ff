"""What an examination finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_CLOCK_DRIFT_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: sound, or wrong with a mend. Never holds a secret."""

    check: str
    message: str
    mend: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.mend


def clock_finding(message: str, drift: float) -> Iterator[Finding]:
    """Yield that this machine's clock is wrong, where it is off by more seconds than allowed."""
    if drift > MAX_CLOCK_DRIFT_SECONDS:
        mend = "set this machine's clock, by NTP best: timedatectl set-ntp true"
        yield Finding("clock", message.replace("{drift}", f"{drift:,.0f}"), mend)
