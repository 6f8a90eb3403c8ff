"""The two clocks of this program, in milliseconds.

The wall clock says when something happened. It may be set at any moment, ahead or back, so that
nothing that has to last so long and no longer rests on it: windows, leases and the age of what is
cached are measured by the time that has passed.
"""

import time
from typing import Final

# Unlike CLOCK_MONOTONIC it runs on while Linux is suspended.
_BOOT_TIME: Final = getattr(time, "CLOCK_BOOTTIME", None)


def now() -> int:
    """Return the wall clock in ms since 1970."""
    return time.time_ns() // 1_000_000


def elapsed() -> int:
    """Return the ms that have passed since some moment before this process; never less."""
    if _BOOT_TIME is None:
        return time.monotonic_ns() // 1_000_000
    return time.clock_gettime_ns(_BOOT_TIME) // 1_000_000
