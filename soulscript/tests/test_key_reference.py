"""The reference names every key, in words."""

from soulscript.model.memory import Fragment
from soulscript.model.schema import reference
from soulscript.model.soul import PARTS, Avatar, known_keys


def test_every_key_of_every_part_has_a_row_with_its_meaning() -> None:
    rows = {line for line in reference().splitlines() if line.startswith("| `")}
    keys = {key for part in (*PARTS.values(), Avatar, Fragment) for key in known_keys(part)}
    for key in keys:
        assert any(line.startswith(f"| `{key}` |") for line in rows), key
    assert not any("None" in line for line in rows)


def test_kinds_are_said_in_words() -> None:
    text = reference()
    assert "| `personality_influence` | optional | list of texts or object: text → level |" in text
    assert "| `emoji` | optional | yes or no |" in text
    assert "| `timestamp` | required | milliseconds |" in text
