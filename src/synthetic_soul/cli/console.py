"""What commands share: parameters, output that is safe on a terminal, and files written whole."""

import gc
import io
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.errors import Conflict, InvalidInput, Misconfigured

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings

AnyFile = Annotated[Path, typer.Argument(help="A file of any format.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing files.")]
SoulFile = Annotated[
    Path | None, typer.Option("--soul", help="Import this soul, of any format, as the active one.")
]
GC_THRESHOLD = 50_000


def prepare_streams() -> None:
    """Make the standard streams usable in any encoding, also where they are closed.

    Characters that a stream cannot encode, or bytes that are no text, are replaced.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            nothing = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, nothing)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def printable(text: str) -> str:
    """Return a text without characters that control a terminal or turn the direction of writing."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def say(text: object, *, err: bool = False) -> None:
    """Print text line by line, without characters by which a file could control the terminal."""
    for line in str(text).split("\n"):
        typer.echo(printable(line.expandtabs(4)), err=err)


def print_raw(text: str) -> None:
    """Print text unchanged into a file or pipe, and as ``say`` does on a terminal."""
    if sys.stdout.isatty():
        say(text)
    else:
        typer.echo(text)


def print_json(document: object) -> None:
    """Print indented JSON, which escapes control characters."""
    typer.echo(json.dumps(document, indent=2))


def load_settings(**options: object) -> "Settings":
    """Read the settings; options that are not None override them.

    Names that are no setting are told on stderr, since a misspelt one would have no effect.
    """
    from synthetic_soul.doctor.name_suggestions import unknown_names
    from synthetic_soul.env_file import read_env_file
    from synthetic_soul.settings import read_settings

    settings = read_settings(**given(**options))
    for name, place, meant in unknown_names(read_env_file(), os.environ):
        hint = f"; did you mean {meant}?" if meant else ""
        say(f"{name} ({place}) is no setting{hint}", err=True)
    return settings


def configure_logging(settings: "Settings") -> None:
    """Log to stderr from ``LOG_LEVEL`` on."""
    import structlog

    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def end_on_sigterm() -> None:
    """End with code 0 on SIGTERM, until a server has its own way to end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))


def tune_gc() -> None:
    """Exclude what is loaded from garbage collection: scanning it again took 8 % of a turn."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


def given(**options: object) -> dict[str, object]:
    """Return the options that are not None."""
    return {name: value for name, value in options.items() if value is not None}


@contextmanager
def in_use_mend(mend: str) -> Iterator[None]:
    """Say what to do instead where the journal is in use by another process."""
    try:
        yield
    except Misconfigured as error:
        if error.code != "in_use":
            raise
        raise Misconfigured(f"{error.message.partition(': ')[0]}: {mend}") from None


def write_files(
    files: Mapping[Path, bytes], *, force: bool, otherwise: str = "--force writes over it"
) -> None:
    """Write all files or none; existing ones only if ``force`` is set; ``otherwise`` is said.

    Folders that are missing are made; a file that has that content already is left alone.
    ``Conflict`` names existing files, ``InvalidInput`` what cannot be written.
    """
    files = {path: content for path, content in files.items() if not _has_content(path, content)}
    existing = [str(path) for path in files if path.exists() or path.is_symlink()]
    if existing and not force:
        raise Conflict(f"{', '.join(existing)} is there already; {otherwise}")
    temporary: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.append((_write_temporary(path, content), path))
        while temporary:
            temporary[0][0].replace(temporary[0][1])
            temporary.pop(0)
    except OSError as error:
        raise InvalidInput(f"{error.filename or ''}: {error.strerror}") from error
    finally:
        for path, _ in temporary:
            path.unlink(missing_ok=True)


def _has_content(path: Path, content: bytes) -> bool:
    try:
        same = path.stat().st_size == len(content)
        return same and not path.is_symlink() and path.read_bytes() == content
    except OSError:
        return False


def _write_temporary(path: Path, content: bytes) -> Path:
    """Write and sync a file of another name in the same folder."""
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}")
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return temporary
