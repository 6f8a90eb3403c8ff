"""Run ``soul`` as a process, with a data folder for each test."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from synthetic_soul.settings import Settings

RUN = "from synthetic_soul.cli.command_line import run; run()"
TIMEOUT_SECONDS = 180.0
NO_LIMITS = {name.upper(): "" for name in Settings.model_fields if name.startswith("rate_limit_")}

Result = subprocess.CompletedProcess[str]
Soul = Callable[..., Result]


def environ(folder: Path, **settings: str) -> dict[str, str]:
    ours = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    plain = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    plain["OLLAMA_HOST"] = "127.0.0.1:9"  # nobody answers there
    return {**inherited, **plain, "DATA_DIR": str(folder / "kept"), **settings}


def command(*words: str) -> list[str]:
    return [sys.executable, "-W", "error", "-c", RUN, *words]


def soul(folder: Path, *words: str, typed: str = "", **settings: str) -> Result:
    return subprocess.run(  # noqa: S603 - our own program
        command(*words),
        input=typed,
        cwd=folder,
        env=environ(folder, **settings),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def start(folder: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own program
        command(*words),
        cwd=folder,
        env=environ(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
