"""What stands in journals keeps its form and its words."""

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.compatibility import surface
from tests.compatibility.records import JOURNALS, bare, recorded

TABLES = Path(__file__).parents[1] / "nlu"
RELATIVES = """
sister brother mother father mum dad parents son daughter child kids wife husband partner friend
girlfriend boyfriend aunt uncle cousin niece nephew grandmother grandfather grandma grandpa boss
colleague neighbour teacher roommate twin fiance stepmother
cat dog rabbit parrot hamster horse fish kitten puppy turtle bird snake
"""


def sentences(name: str) -> list[str]:
    """What is said in a table of ``tests/nlu``."""
    rows = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return [row.partition("|")[0].strip() for row in rows if row and not row.startswith("#")]


def test_every_event_has_its_kind_and_its_fields() -> None:
    schemas = {kind: bare(schema) for kind, schema in surface.event_schemas().items()}
    recorded("events", schemas)


@pytest.mark.parametrize("name", ["composer", "model"])
def test_every_entry_is_written_as_it_was(name: str, tmp_path: Path) -> None:
    path = tmp_path / "soul.db"
    path.write_bytes(lzma.decompress((JOURNALS / f"{name}.sqlite.xz").read_bytes()))
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT body, previous, hash FROM entries ORDER BY num").fetchall()
    assert len(rows) > 100
    for body, previous, hash_ in rows:
        assert surface.written_again(body, previous) == (body, hash_)


def test_acts_and_happenings_have_their_names() -> None:
    recorded("readings", {"acts": surface.acts(), "happenings": surface.life_events()})


def test_every_cause_of_an_impulse_has_its_name() -> None:
    recorded("causes", surface.causes())


def test_facts_have_their_topics() -> None:
    texts = [*sentences("fact_mentions.txt"), *sentences("chat_lines.txt")]
    texts += [f"my {relative}'s name is Ada" for relative in RELATIVES.split()]
    recorded("facts", {text: facts for text in texts if (facts := surface.facts(text))})


def test_dangers_have_their_kinds() -> None:
    rows = (TABLES / "crisis.txt").read_text(encoding="utf-8").splitlines()
    texts = [row.rpartition("|")[2].strip() for row in rows if row and not row.startswith("#")]
    recorded("dangers", {text: surface.crisis(text) for text in texts})
