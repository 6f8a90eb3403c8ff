"""The moment the server begins to stop: open streams end, so that the rest can be drained.

A server waits for open connections before it shuts the application down, and a stream would
keep it waiting. So the signal is heard here too, and then passed on to whoever listened before.
"""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """An event that signals set; made before the loop runs, watched inside it."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    def watch(self) -> Callable[[], None]:
        """Listen for signals in the main thread; returns what undoes it."""
        if threading.current_thread() is not threading.main_thread():
            return _nothing
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def heard(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.begun.set)
            earlier = before[signal.Signals(number)]
            if callable(earlier):
                earlier(number, frame)

        def undo() -> None:
            for number, earlier in before.items():
                signal.signal(number, earlier)

        for number, earlier in before.items():
            if callable(earlier):  # nobody else listens: the signal keeps its own meaning
                signal.signal(number, heard)
        return undo


def _nothing() -> None:
    """Undo nothing."""
