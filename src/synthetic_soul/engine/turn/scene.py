"""What the macros of a soul's texts stand for in a conversation, and what decides their chance."""

from datetime import datetime

from soulscript.prompts import Scene


def chance_seed(agent: str, conversation: str) -> str:
    """Return what decides whatever is drawn once for a whole conversation."""
    return f"{agent}\n{conversation}"


def make_scene(
    person: str, now: int | None, *, lasting_seed: str, message: str | None = None
) -> Scene:
    """Return what macros stand for; the names and fields of the soul are still missing in it.

    ``person`` is the name of whoever talks to the agent, "" if unknown; ``now`` is the time in
    milliseconds, None where no macro tells it. ``lasting_seed`` is the conversation's
    ``chance_seed``. What is random is drawn anew for each answer, which is to the ``message`` of
    this id; None: as for the whole conversation.
    """
    at = None if now is None else datetime.fromtimestamp(now / 1000).astimezone()
    seed = lasting_seed if message is None else f"{lasting_seed}\n{message}"
    return Scene("", person, at, seed=seed, lasting_seed=lasting_seed)
