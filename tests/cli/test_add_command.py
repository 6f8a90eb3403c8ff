"""``soul add`` keeps a character in the store, with the operator's consent if that is given."""

import json
from pathlib import Path

import pytest

from soulscript import write
from tests.cli.soul_process import Soul
from tests.support.sample_souls import sample_soul

CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {"name": "Wren", "description": "A keeper.", "system_prompt": "Be brief."},
}


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "wren.json"
    file.write_text(json.dumps(CARD), encoding="utf-8")
    return file


def test_a_card_becomes_an_agent_that_can_be_talked_to(soul: Soul, card: Path) -> None:
    added = soul("add", str(card))
    assert added.returncode == 0
    assert added.stdout.splitlines() == [
        f"{card}: card; 5 kept, 8 defaulted; Wren is now the agent wren",
        "its author's instructions to a model are kept, and not applied; --trust applies them",
    ]
    assert "Wren" in soul("chat", "wren", input="Who are you?\n").stdout


def test_an_agent_is_replaced_on_request_alone(soul: Soul, card: Path) -> None:
    assert soul("add", str(card), "--name", "Old Wren").returncode == 0
    again = soul("add", str(card), "--name", "old wren", "--trust")
    assert again.returncode == 1
    assert "there is an agent old-wren already" in again.stderr
    replaced = soul("add", str(card), "--name", "old wren", "--trust", "--replace")
    assert replaced.stdout.endswith("Wren is again the agent old-wren\n")


@pytest.mark.parametrize(
    ("words", "agent", "message"),
    [
        (
            ("nowhere.png",),
            "nowhere",
            "nowhere.png: error: No such file or directory; name a file that can be read",
        ),
        (
            ("wren.json", "--name", "active"),
            "active",
            "soul: name: this one is a path of the API; choose another",
        ),
        (
            ("wren.json", "--name", "Jasmine"),
            "jasmine",
            (
                "soul: there is an agent jasmine already: "
                "its soul comes from a file; choose another name"
            ),
        ),
    ],
)
@pytest.mark.usefixtures("card")
def test_what_cannot_be_added_is_told_and_not_recorded(
    soul: Soul, words: tuple[str, ...], agent: str, message: str
) -> None:
    refused = soul("add", *words)
    assert refused.returncode == 1
    assert (refused.stdout, refused.stderr) == ("", f"{message}\n")
    assert "there is no journal" in soul("replay", agent).stderr


def test_the_list_of_agents_names_those_that_were_added_and_where_all_come_from(
    soul: Soul, card: Path, tmp_path: Path
) -> None:
    own = tmp_path / "kept" / "souls" / "kiki.soul"
    own.parent.mkdir(parents=True)
    own.write_text(write(sample_soul()), encoding="utf-8")
    assert soul("add", str(card)).returncode == 0
    listed = {line.split()[0]: line for line in soul("agents").stdout.splitlines()}
    assert " added" in listed["wren"]
    assert str(own) in listed["kiki"]
    assert " package " in listed["jasmine"]
    assert [*listed][1:] == sorted([*listed][1:])
    soul("chat", "wren", typed="My dog died yesterday.\n")
    after = next(line for line in soul("agents").stdout.splitlines() if line.startswith("wren"))
    assert after != listed["wren"]
