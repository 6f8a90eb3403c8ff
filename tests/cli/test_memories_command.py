"""``soul memories``: what an agent keeps of the talk in this terminal."""

import asyncio
import json
from pathlib import Path

import pytest

from synthetic_soul.cli.commands.chat import PERSON
from synthetic_soul.compose import compose
from synthetic_soul.engine.memory.memory_consolidation import consolidate_all
from synthetic_soul.engine.memory.reflection import reflect_all
from synthetic_soul.settings import Settings
from tests.cli.soul_process import Soul

DAY = 86_400_000
START = 1_760_000_000_000
SAID = ("My mother died last week.", "I sold my little sailing boat.")


async def live(folder: Path, *, consolidates: bool) -> None:
    """Let somebody at the terminal, and somebody else, talk to an agent."""
    now = [START]
    settings = Settings(data_dir=folder)
    engine = compose(settings, clock=lambda: now[0], elapsed=lambda: now[0])
    await engine.start()
    try:
        for person, text in (*((PERSON, text) for text in SAID), ("other", "I keep bees.")):
            job = await engine.submit(person=person, text=text, agent="jasmine")
            async for _ in await engine.follow(person, job.job_id):
                pass
        await engine.remember(PERSON, "I am afraid of spiders.", "jasmine")
        now[0] += DAY
        await reflect_all(engine.runtime)
        if consolidates:
            await consolidate_all(engine.runtime)
    finally:
        await engine.stop()


@pytest.fixture
def lived(soul: Soul, tmp_path: Path) -> Soul:
    asyncio.run(live(tmp_path / "kept", consolidates=True))
    return soul


def test_what_is_kept_is_listed_the_newest_first(lived: Soul) -> None:
    told = lived("memories", "jasmine")
    assert (told.returncode, told.stderr) == (0, "")
    head, *rows = told.stdout.splitlines()
    assert head.split() == ["kept", "type", "importance", "valence", "text"]
    assert len(rows) == len(SAID) + 1
    assert "spiders" in rows[-1]
    assert "note" in rows[-1]
    assert all("2025-10-" in row for row in rows)
    assert "bees" not in told.stdout


def test_a_search_gives_the_best_first_and_a_limit_few(lived: Soul) -> None:
    told = lived("memories", "jasmine", "--search", "the boat")
    assert len(told.stdout.splitlines()) == 2
    assert "sailing boat" in told.stdout
    assert len(lived("memories", "jasmine", "--limit", "1").stdout.splitlines()) == 2


def test_all_is_printed_as_a_graph_that_can_be_drawn(lived: Soul, tmp_path: Path) -> None:
    told = lived("memories", "jasmine", "--graph")
    graph = json.loads(told.stdout)
    assert graph["stats"]["total_memories"] == len(graph["memories"]) == len(SAID) + 1
    assert graph["indices"].keys() == {"temporal", "emotional", "semantic"}
    (tmp_path / "kept.json").write_text(told.stdout, encoding="utf-8")
    assert lived("graph", "kept.json", "--out", "kept.svg").returncode == 0


def test_fragments_are_listed_before_they_are_consolidated(soul: Soul, tmp_path: Path) -> None:
    asyncio.run(live(tmp_path / "kept", consolidates=False))
    assert "observation" in soul("memories", "jasmine").stdout


def test_an_agent_without_a_journal_is_reported(lived: Soul) -> None:
    told = lived("memories", "nobody")
    assert (told.returncode, told.stdout) == (1, "")
    assert "nobody" in told.stderr


def known(soul: Soul, *more: str) -> dict[str, dict[str, object]]:
    told = soul("memories", "jasmine", "--json", *more)
    assert (told.returncode, told.stderr) == (0, "")
    topics = json.loads(told.stdout)["topics"]
    return {fact["value"]: fact for topic in topics for fact in topic["facts"]}


def test_a_profile_and_what_is_kept_are_printed_as_json(lived: Soul) -> None:
    document = json.loads(lived("memories", "jasmine", "--json").stdout)
    assert document.keys() == {"topics", "hidden_subjects", "kept"}
    assert len(document["kept"]) == len(SAID) + 1
    assert "spiders" in known(lived)
    assert known(lived, "--search", "a volcano") == {}
    assert "bees" not in str(document)


def test_a_fact_is_hidden_corrected_and_forgotten(lived: Soul) -> None:
    fact = str(known(lived)["spiders"]["id"])
    assert "never mentioned" in lived("memories", "jasmine", "--hide", fact).stdout
    row = next(
        line
        for line in lived("memories", "jasmine", "--profile").stdout.splitlines()
        if "spiders" in line
    )
    assert row.split()[0] == fact
    assert row.endswith("hidden")
    told = lived("memories", "jasmine", "--correct", fact, "--text", "wasps")
    assert "corrected" in told.stdout
    wasps = known(lived)["wasps"]
    assert wasps["hidden"] is True
    assert str(wasps["id"]) in told.stdout
    assert lived("memories", "jasmine", "--show", str(wasps["id"])).returncode == 0
    assert known(lived)["wasps"]["hidden"] is False
    assert lived("memories", "jasmine", "--forget", str(wasps["id"])).returncode == 0
    assert "wasps" not in known(lived)
    assert lived("replay", "jasmine", "--verify").returncode == 0


def test_a_subject_is_hidden_and_shown(lived: Soul) -> None:
    assert lived("memories", "jasmine", "--hide", "my fear of spiders").returncode == 0
    (subject,) = json.loads(lived("memories", "jasmine", "--json").stdout)["hidden_subjects"]
    assert subject["text"] == "my fear of spiders"
    assert known(lived)["spiders"]["hidden"] is True
    assert lived("memories", "jasmine", "--show", subject["id"]).returncode == 0
    assert known(lived)["spiders"]["hidden"] is False


def test_what_looks_like_markup_is_printed_as_it_is(lived: Soul) -> None:
    fact = str(known(lived)["spiders"]["id"])
    told = lived("memories", "jasmine", "--correct", fact, "--text", "the tag [/b] and [red]")
    assert told.returncode == 0
    assert "the tag [/b] and [red]" in lived("memories", "jasmine", "--profile").stdout


def test_an_id_of_nothing_hides_no_subject(lived: Soul) -> None:
    told = lived("memories", "jasmine", "--hide", "jasmine.0198a2b4c6d8e0f2")
    assert told.returncode == 1
    assert "no such fact" in told.stderr


def test_a_change_without_its_text_or_of_nothing_is_refused(lived: Soul) -> None:
    told = lived("memories", "jasmine", "--correct", "x")
    assert told.returncode != 0
    assert "--text" in told.stderr
    assert lived("memories", "jasmine", "--forget", "x").returncode == 1
    assert lived("memories", "jasmine", "--show", "x").returncode == 1
