"""``soul prompt``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import soulscript
from soulscript import MemoryGraph, NotASoulError, Problem, Soul, evolve
from soulscript.formats import Import, read_file
from synthetic_soul.cli.console import AnyFile, print_raw
from synthetic_soul.errors import InvalidInput

DEFAULT_RECALLED = 5  # memories about a topic where no number is given


def prompt(
    file: AnyFile,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Include values, boundaries and background.")
    ] = False,
    memories: Annotated[
        int | None, typer.Option(min=0, help="Number of memories; the most important ones.")
    ] = None,
    about: Annotated[str, typer.Option(help="Recall memories about this instead.")] = "",
    at: Annotated[
        str | None, typer.Option(help="As of this day, such as 2024-05-01.", show_default=False)
    ] = None,
) -> None:
    """Print the prompt of a soul; its memories up to ``at`` move its traits."""
    moment = parse_moment(at) if at else None
    imported, soul = read_soul(file)
    graph = MemoryGraph(
        memory for memory in imported.memories if moment is None or memory.creation_date <= moment
    )
    graph.base_traits = base_traits(imported)
    if len(graph):
        soul = evolve(soul, graph, at=moment).expressed
    count = (DEFAULT_RECALLED if about else 0) if memories is None else memories
    recalled = graph.query(about, limit=count) if count else ()
    texts = [match.memory.core_memory for match in recalled]
    print_raw(soulscript.prompt(soul, memories=texts, full=full))


def read_soul(path: Path) -> tuple[Import, Soul]:
    """Read a file of any format; ``NotASoulError`` if it holds memories alone."""
    imported = read_file(path)
    if imported.soul is None:
        message, mend = f"this holds no soul, but {imported.format}", "name a file with a soul"
        raise NotASoulError([Problem("no_soul", "error", "$", 1, 1, message, mend, str(path))])
    return imported, imported.soul


def base_traits(imported: Import) -> dict[str, float]:
    """Return the traits with which the memories' own document begins (§5.2), if any."""
    state = imported.extra.get("personality_state")
    traits = state.get("base_traits") if isinstance(state, dict) else None
    levels = traits.items() if isinstance(traits, dict) else ()
    return {
        name: level
        for name, level in levels
        if name != "last_evolution" and isinstance(level, int | float)
    }


def parse_moment(text: str) -> int:
    """Return milliseconds since 1970 from a number, or an ISO 8601 date (UTC without a zone)."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no moment; write 2024-05-01 or milliseconds") from error
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
