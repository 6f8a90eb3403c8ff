"""What is written into the files of souls keeps its keys, whatever the format."""

import json
import re
from pathlib import Path

import pytest

from tests.compatibility import surface
from tests.compatibility.programs import soul
from tests.compatibility.records import RECORDED, bare, recorded

CONFORMANCE = surface.conformance_cases()
ROOT = Path(__file__).parents[2]
FORMATS = """
card-png charx card card-v2 card-v1 eliza letta tinytroupe soul memories lorebook chat markdown
"""
TRIPS_AT = CONFORMANCE / "round_trips"
TRIPS = sorted(TRIPS_AT.iterdir())
KEY = re.compile(r'"(soul:[a-z_]+)"')
OURS = """
soul:alias soul:engine soul:episode soul:inferred soul:memories soul:memory soul:milliseconds
soul:soul soul:source
"""
MEMORIES = {
    "soul:milliseconds": True,
    "memories": {
        "tide": {
            "id": "another",
            "core_memory": "The tide came in.",
            "fragments": [
                {
                    "type": "observation",
                    "content": "The tide came in.",
                    "timestamp": 5_000,
                    "importance": 0.5,
                    "emotional_valence": 0.1,
                    "soul:episode": "tide",
                }
            ],
            "connections": [],
        }
    },
}
NOTES = {
    "temperament": {"openness": 0.5},
    "greetings": ["Ahoy."],
    "favourites": {"colour": "green"},
    "stories": ["Once I counted every wave."],
    "unheard": ["of"],
}


def files(folder: Path) -> dict[str, str]:
    """Every text file there; of others only the name."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            found[name] = "packed"
    return found


def converted(folder: Path, source: Path, to: str) -> tuple[int, dict[str, str]]:
    """How ``soul convert`` ends, and the files it makes."""
    folder.mkdir()
    result = soul(folder, "convert", str(source), "made", "--to", to)
    return result.returncode, files(folder)


@pytest.mark.parametrize("source", TRIPS, ids=[path.name for path in TRIPS])
def test_every_format_becomes_the_same_soul(source: Path, tmp_path: Path) -> None:
    recorded(f"souls/{source.name}", converted(tmp_path / "to", source, "soul"))


@pytest.mark.parametrize("to", FORMATS.split())
@pytest.mark.parametrize("name", ["every_part.soul", "chat.jsonl"])
def test_every_format_is_written_with_the_same_keys(name: str, to: str, tmp_path: Path) -> None:
    source = TRIPS_AT / name
    code, made = converted(tmp_path / "to", source, to)
    found = {"code": code, "files": made, "back": None}
    if code == 0:
        # what it is read as again also tells what a packed file holds
        found["back"] = converted(tmp_path / "back", tmp_path / "to" / "made", "soul")
    recorded(f"souls/{name}-as-{to}", found)


def test_memories_of_another_house_are_written_with_the_same_keys(tmp_path: Path) -> None:
    source = tmp_path / "tide.memories.json"
    source.write_text(json.dumps(MEMORIES))
    found = {to: converted(tmp_path / to, source, to) for to in ("memories", "lorebook")}
    recorded("souls/memories", found)


def test_a_card_whose_character_was_renamed_is_written_with_the_same_keys(tmp_path: Path) -> None:
    _, made = converted(tmp_path / "to", TRIPS_AT / "card_v2.json", "soul")
    document = json.loads(made["made"])
    document["personality"]["name"] = "Other"
    source = tmp_path / "other.soul"
    source.write_text(json.dumps(document))
    recorded("souls/renamed", converted(tmp_path / "back", source, "card-v2"))


def test_what_is_experienced_goes_to_the_same_memories() -> None:
    wren = CONFORMANCE / "valid" / "least.soul"
    recorded("episodes", [surface.remembered(wren, episode) for episode in (None, "spring")])


def test_notes_for_the_engine_keep_their_shape(tmp_path: Path) -> None:
    document = json.loads((CONFORMANCE / "valid" / "least.soul").read_text())
    source = tmp_path / "noted.soul"
    source.write_text(json.dumps({**document, "soul:engine": NOTES}))
    checked = soul(tmp_path, "check", "--json", str(source))
    assert checked.returncode == 0
    assert json.loads(checked.stdout)["soul"]["soul:engine"] == NOTES


@pytest.mark.parametrize("of", ["soul", "memories"])
def test_the_schema_is_the_same(of: str, tmp_path: Path) -> None:
    recorded(f"schema_{of}", bare(json.loads(soul(tmp_path, "schema", of).stdout)))


def told(folder: Path, *words: str) -> object:
    """What a command prints as JSON, without where the files lie."""
    result = soul(folder, *words)
    return [
        result.returncode,
        json.loads(result.stdout.replace(str(CONFORMANCE.parent), "").replace(str(ROOT), "")),
    ]


def test_a_check_is_told_with_the_same_keys(tmp_path: Path) -> None:
    cases = CONFORMANCE
    found = {
        "bad": told(tmp_path, "check", "--json", str(cases / "invalid" / "missing_comma.soul")),
        "two": told(tmp_path, "check", "--json", str(cases / "invalid" / "not_a_card.png"), "no"),
        "mended": told(tmp_path, "check", "--json", str(cases / "dialects" / "D10-misspelt.soul")),
        "report": told(
            tmp_path, "check", "--json", "--report", str(TRIPS_AT / "wren.character.json")
        ),
    }
    recorded("checks", found)


def test_a_difference_is_told_with_the_same_keys(tmp_path: Path) -> None:
    paths = [str(ROOT / "examples" / "souls" / f"{name}.soul") for name in ("jasmine", "halvard")]
    recorded("difference", told(tmp_path, "diff", "--json", *paths))


def test_the_records_hold_every_key_of_ours() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (RECORDED / "souls").iterdir()]
    found = {key for text in texts for key in KEY.findall(text.replace("\\", ""))}
    assert sorted(found) == OURS.split()
