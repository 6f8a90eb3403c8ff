"""``soul prompt``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import soulscript
from soulscript import MemoryGraph, NotASoulError, Problem, Soul, evolve
from soulscript.formats import Import, read_file
from soulscript.prompts import remembered
from synthetic_soul.cli.console import AnyFile, print_raw, say
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from synthetic_soul.voices.model.brief_prompt import Rendered
    from synthetic_soul.voices.model.prompt_budget import PromptBudget

DEFAULT_RECALLED = 5  # memories about a topic where no number is given


def prompt(
    file: AnyFile,
    *,
    spec: Annotated[
        bool, typer.Option("--spec", help="The short prompt of the specification (§5.2) instead.")
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="That of the specification, with values, boundaries and all."),
    ] = False,
    memories: Annotated[
        int | None, typer.Option(min=0, help="Add this number of memories, the most important.")
    ] = None,
    about: Annotated[str, typer.Option(help="Recall memories about this instead.")] = "",
    at: Annotated[
        str | None, typer.Option(help="As of this day, such as 2024-05-01.", show_default=False)
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="How much of each part a model is told, in tokens.")
    ] = False,
    context: Annotated[
        int | None, typer.Option(help="Tokens of the model's context [8192].")
    ] = None,
) -> None:
    """Print the system message that a model is given; memories up to ``at`` move traits.

    What has no room in the context is named on standard error.
    """
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
    if report:
        print_raw(told_of(soul, context))
    elif spec or full:
        print_raw(soulscript.prompt(soul, memories=texts, full=full))
    else:
        found, budget = first_rendered(soul, context)
        sections = (section.on_lines() for section in remembered(texts))
        print_raw("\n\n".join([found.messages[0].content, *sections]))
        for share in found.left_out:
            told = f"{share.told} of {share.whole} tokens of {share.part} are told"
            say(f"{told}: a context of {budget.context} has no room for more", err=True)


def first_rendered(soul: Soul, context: int | None) -> "tuple[Rendered, PromptBudget]":
    """Return the first prompt of a soul for a model with that context, and its budget."""
    from synthetic_soul.voices.model.first_prompt import first_prompt
    from synthetic_soul.voices.model.prompt_budget import MIN_CONTEXT, PromptBudget

    if context is not None and context < MIN_CONTEXT:
        message = f"--context {context} is less than the {MIN_CONTEXT} tokens that a prompt needs"
        raise InvalidInput(message)
    budget = PromptBudget() if context is None else PromptBudget(context)
    return first_prompt(soul, budget), budget


def told_of(soul: Soul, context: int | None) -> str:
    """Return how much of each part of a soul a model with that context is told at first."""
    found, budget = first_rendered(soul, context)
    rows = [
        f"{share.part:14}{share.told:7}{share.whole:7}{share.told / share.whole:7.0%}"
        for share in found.shares
    ]
    head = f"{'part':14}{'told':>7}{'whole':>7}{'share':>7}"
    end = f"The first prompt takes about {found.tokens} of {budget.context} tokens."
    return "\n".join([head, *rows, "", end])


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
