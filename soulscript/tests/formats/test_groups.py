"""A group of characters is no character: the error says so, and what to bring."""

from typing import Any

import pytest

from soulscript.errors import UnknownFormatError
from soulscript.formats import detect
from support.documents import read, source

GROUP: dict[str, Any] = {
    "id": "1",
    "name": "The shop",
    "members": ["Mira.png", "Odd.png"],
    "chat_id": "1",
    "allow_self_responses": False,
}


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (GROUP, "Mira, Odd;"),
        (GROUP | {"members": []}, "nobody;"),
        (GROUP | {"members": [{"name": "Mira"}, {"id": 3}, 4, None]}, "Mira, 3;"),
        (GROUP | {"members": [f"{n}.png" for n in range(30)]}, "8, 9 and 20 more;"),
        ({"kind": "chat", "name": "The shop", "characterId": "m",
          "characters": {"o": True, "p": False, "m": True}}, "m, o;"),
    ],
)  # fmt: skip
def test_a_group_is_refused_with_its_members(document: dict[str, Any], names: str) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        read(document, "group.json")
    problem = caught.value.problems[0]
    assert problem.code == "group"
    assert problem.message.startswith('this is the group "The shop", not a character')
    assert names in str(problem)
    assert problem.mend == "bring the card of each member by itself"


@pytest.mark.parametrize(
    "document", [{"members": ["a"]}, GROUP | {"members": "a"}, {"kind": "chat", "messages": []}]
)
def test_other_documents_are_no_groups(document: dict[str, Any]) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        detect(source(document))
    assert caught.value.problems[0].code == "unknown_format"
