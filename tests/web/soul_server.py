"""A real server in a process of its own, which can be killed and started again."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.cli.soul_process import NO_LIMITS, command, environ

SOON = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class SoulServer:
    """``soul serve`` on one port and one folder; ``settings`` are names of the environment."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.environ = environ(folder, **{"DATA_DIR": str(folder), **NO_LIMITS, **settings})
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own server
                command("serve", "--port", str(self.port)),
                env=self.environ,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + SOON
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}v1/meta/ping", timeout=2):  # noqa: S310 - always http
                return True
        except (URLError, OSError):
            return False

    def kill(self) -> None:
        """As kill -9: nothing is finished, nothing is saved."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(SOON)

    def make_operator(self, username: str) -> None:
        """Make an operator of a member; the server is stopped meanwhile."""
        self.close()
        subprocess.run(command("operator", username), env=self.environ, check=True)  # noqa: S603 - our own command
        self.open()

    def close(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(SOON)
