"""Everything of the program's inside that the compatibility tests look at, in one place.

When something is renamed or moved, this file is changed and no other one here. Every function
gives plain JSON, without the names of modules, classes and functions.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import SecretStr, TypeAdapter

from soulscript import Experience, conformance, generate, load
from soulscript.memory.consolidation import episode_id
from synthetic_soul.api import problems
from synthetic_soul.cli.command_line import COMMANDS, app, load_command
from synthetic_soul.errors import SoulError
from synthetic_soul.jobs import redis_connection, rq_runner
from synthetic_soul.jobs.base import Chunk
from synthetic_soul.mind.appraisal import appraise
from synthetic_soul.mind.events import Event, Impulse, SentimentsMoved, SoulAdopted
from synthetic_soul.mind.interpretation import Act, Crisis, Interpretation, LifeEvent
from synthetic_soul.mind.reduce import step
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.nlu import interpret
from synthetic_soul.settings import Settings
from synthetic_soul.stores import codec
from synthetic_soul.stores.mongo import mongo_accounts, mongo_indexes, mongo_pictures, mongo_schema

Json = Any

# what `soul` runs, without asking where it was installed
COMMAND = "from synthetic_soul.cli.command_line import run; run()"
DAY = 86_400_000


def conformance_cases() -> Path:
    """The folder of the conformance cases."""
    return conformance.shipped()


def event_schemas() -> dict[str, Json]:
    """The JSON schema of every kind of event."""
    return {
        event.model_fields["kind"].default: event.model_json_schema()
        for event in codec.EVENT_CLASSES
    }


def written_again(body: bytes, previous: str) -> tuple[bytes, str]:
    """An entry's body read and written anew, and its hash."""
    parsed = codec.parse(*_place(body), body)
    events = TypeAdapter(tuple[Event, ...]).validate_python(parsed.events)
    entry = codec.seal(parsed.agent, parsed.seq, parsed.at, codec.draft(events), previous)
    return entry.body, entry.hash


def _place(body: bytes) -> tuple[str, int]:
    found = codec.unpack(body)
    agent, seq = found["agent"], found["seq"]
    assert isinstance(agent, str)
    assert isinstance(seq, int)
    return agent, seq


def acts() -> list[str]:
    """What a person does by saying something."""
    return [act.value for act in Act]


def life_events() -> list[str]:
    """What befalls somebody."""
    return [event.value for event in LifeEvent]


def causes() -> list[str]:
    """Every cause that appraisal gives an impulse, by trying all interpretations."""
    mind, bonds = _somebody()
    found: set[str] = set()
    for interpretation in _interpretations():
        for bond in bonds:
            appraisal = appraise(interpretation, mind, bond, 10 * DAY)
            parts = (appraisal.emotions, appraisal.sentiments, appraisal.traits)
            found |= {impulse.cause for part in parts for impulse in part}
    return sorted(found)


def _somebody() -> tuple[Mind, list[Bond | None]]:
    """A mind, and bonds with one who is liked, one who is not, and a stranger."""
    born = SoulAdopted(name="Nobody", digest="", soul={}, traits={})
    mind, _ = step(None, None, born, 0)
    bonds: list[Bond | None] = [None]
    for dimension in ("affection", "resentment"):
        impulse = Impulse(dimension=dimension, amount=1.0, cause="test")
        moved = SentimentsMoved(person="ann", impulses=(impulse,))
        met = Bond(person="ann", met_at=0, at=0, heard_at=10 * DAY, away=9 * DAY)
        bonds.append(step(mind, met, moved, 0)[1])
    return mind, bonds


def _interpretations() -> Iterator[Interpretation]:
    for ironic in (False, True):
        for act in Act:
            yield Interpretation(text="", acts=(act,), ironic=ironic)
    for event in LifeEvent:
        yield Interpretation(text="", life_event=event)
    for towards in (-0.5, 0.5):
        yield Interpretation(text="", attitude=towards)
    for emotion in EMOTIONS:
        yield Interpretation(text="", feelings={emotion: 0.5})
    yield Interpretation(text="", crisis=Crisis("abuse", "en"))


def facts(text: str) -> list[Json]:
    """The facts that are found in a text."""
    return [
        {"topic": fact.topic, "value": fact.value, "retracts": fact.retracts}
        for fact in interpret(text).fact_mentions
    ]


def crisis(text: str) -> str:
    """The kind of danger that is found in a text."""
    found = interpret(text).crisis
    return found.kind if found else ""


def error_codes() -> list[tuple[str, int]]:
    """The code and HTTP status of every error that has a class."""
    assert issubclass(problems.NotASoul, SoulError)  # some are the API's own
    return sorted({(error.code, error.status) for error in _tree(SoulError)})


def _tree(error: type[SoulError]) -> Iterator[type[SoulError]]:
    yield error
    for child in error.__subclasses__():
        yield from _tree(child)


def settings() -> dict[str, Json]:
    """Every setting with its default; None where it is made anew."""
    found: dict[str, Json] = {}
    for name, field in Settings.model_fields.items():
        default = field.default if field.default_factory is None else None
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        found[name.upper()] = default
    return found


def commands() -> dict[str, Json]:
    """Every command with its arguments, in order, and its options."""
    group: Any = typer.main.get_command(app)
    named = {name: load_command(name).params for name in COMMANDS}
    return {
        name: [_parameter(each) for each in parameters]
        for name, parameters in {"": group.params, **named}.items()
    }


def _parameter(parameter: Any) -> Json:  # noqa: ANN401 - typer's own class is no public one
    option = parameter.param_type_name == "option"
    kind = parameter.type_descriptor.annotation
    return {
        "option": sorted(parameter.opts) if option else None,
        "required": parameter.required,
        "many": parameter.nargs == -1 or parameter.multiple,
        "flag": option and parameter.is_flag,
        "least": parameter.min,
        "most": parameter.max,
        "choices": list(get_args(kind)) if get_origin(kind) is Literal else None,
        "default": parameter.default,
    }


def redis_names() -> dict[str, Json]:
    """What processes of different versions have to call alike in Redis."""
    piece = Chunk(7, "text", covers=("jasmine.1",), number=2, texts=("Hello ", "you"))
    return {
        "queue": rq_runner.QUEUE,
        "job": rq_runner.ANSWER,
        "job_id": rq_runner.job_id("jasmine", "dm:ann"),
        "channel": redis_connection.CHANNEL,
        "under_way": redis_connection.CURRENT_TURN,
        "message": redis_connection.join([redis_connection.encode(piece)]).decode(),
    }


def mongo_collections() -> dict[str, Json]:
    """Every collection of MongoDB: its validator, its indexes, its revision."""
    specs = {
        **mongo_schema.journal_collections(),
        **mongo_accounts.ACCOUNT_COLLECTIONS,
        **mongo_pictures.PICTURE_COLLECTIONS,
        **mongo_indexes.INDEX_COLLECTIONS,
    }
    return {
        name: {
            "validator": spec.validator,
            "indexes": [_index(index.document) for index in spec.indexes],
            "revision": spec.revision,
        }
        for name, spec in specs.items()
    }


def _index(document: Mapping[str, Any]) -> Json:
    keys: Sequence[tuple[str, int]] = list(document["key"].items())
    return {**document, "key": keys}


def remembered(soul: Path, episode: str | None) -> Json:
    """The fragments that a personality makes of an experience, and the memories they go to."""
    happened = Experience("The tide came in.", 1_500_000_000_000, topic="tide", episode=episode)
    made = generate(load(soul).soul, happened)
    return [{**fragment.dump(), "goes to": episode_id(fragment)} for fragment in made.fragments]
