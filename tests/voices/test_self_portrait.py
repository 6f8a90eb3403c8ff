"""A card's character says where it is, how it looks and who it is, as its author wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from soulscript import Soul
from soulscript.formats import Source, read_source
from soulscript.prompts import expanded
from tests.voices.talk import Talk

PROSE = (
    "{{char}} keeps a lighthouse on a rock and has done so for years. "
    "She has grey hair, green eyes and a coat of oilskin. My brother Tomas drowned in 1902."
)
PILOT = (
    "{{char}} is a 41-year-old harbour pilot with cropped grey hair, a scar through her left "
    "eyebrow and a yellow coat. She was born on Skarv and has guided ships for nineteen years. "
    "She hates being late and collects tide tables."
)
GOBLIN = (
    "{{char}}'s Persona: {{char}} is a cheerful goblin tinker who lives in a cart called Clatter. "
    "{{char}} adores brass and fears geese."
)
LISTS = (
    '[{{char}}\'s Personality= "patient", "dry"]\n[{{char}}\'s body= "grey hair", "green eyes"]\n'
    "[Genre: fantasy; Scenario: A storm holds the rock. The boat is gone.]"
)
WPP = '[Character("Wren"){\nPersonality("patient" + "dry")\nHair("grey" + "short")\nAge("61")\n}]'
INTERVIEW = (
    '{{user}}: "Describe your body and features."\n'
    '{{char}}: *She laughs.* "Grey hair, green eyes." *She looks up.* "And this coat."\n'
    '{{user}}: "Do you have a brother?"\n{{char}}: "Tomas. The sea has him."'
)
OPENING = '*Rain beats on the lamp room.* "Mind the third step."'


def wren(**fields: object) -> Soul:
    data: dict[str, Any] = {"name": "Wren", "description": PROSE, "first_mes": ""} | fields
    document = {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    found = read_source(Source("w.json", {"w.json": json.dumps(document).encode()})).soul
    assert found is not None
    return expanded(found)


@pytest.mark.parametrize(
    ("fields", "question", "told"),
    [
        ({"scenario": "A storm holds the rock."}, "Where are we?", "A storm holds the rock."),
        ({"scenario": "A storm holds the rock."}, "what's going on here?", "A storm holds"),
        ({"description": LISTS}, "where am I?", "A storm holds the rock. The boat is gone."),
        ({"first_mes": OPENING}, "What is this place?", "Rain beats on the lamp room."),
        ({}, "What do you look like?", "I have grey hair, green eyes and a coat of oilskin."),
        ({"description": LISTS}, "what do you look like", "rey hair, green eyes"),
        ({"description": WPP}, "Describe your appearance.", "rey, short"),
        ({"description": INTERVIEW}, "Describe your looks", "rey hair, green eyes. And this coat."),
        ({"mes_example": INTERVIEW}, "what do you look like?", "rey hair, green eyes."),
        ({"mes_example": INTERVIEW}, "Have you got a brother?", "Tomas. The sea has him."),
        ({}, "Describe yourself.", "I keep a lighthouse on a rock and have done so for years."),
        ({"description": "{{char}} keeps a light."}, "describe yourself", "I keep a light."),
        ({"description": "You are a keeper."}, "Please describe yourself", "I am a keeper."),
        ({"description": LISTS}, "Describe yourself!", "atient"),
        ({"description": "Wren sings and never sleeps."}, "Describe yourself", "“Wren sings and"),
        ({}, "What happened to your brother Tomas?", "My brother Tomas drowned in 1902"),
        ({}, "Tell me about yourself.", "I keep a lighthouse"),
        ({"description": PILOT}, "how old are you?", "I am a 41-year-old harbour pilot"),
        ({"description": PILOT}, "what's your job?", "I am a 41-year-old harbour pilot"),
        ({"description": PILOT, "mes_example": INTERVIEW}, "what is your job?", "harbour pilot"),
        ({"description": PILOT}, "What do you look like?", "a scar through my left eyebrow"),
        ({"description": PILOT}, "where were you born?", "I was born on Skarv and have guided"),
        ({"description": PILOT}, "do you hate being late?", "hates being late"),
        ({"description": PILOT}, "what do you collect?", "collects tide tables"),
        ({"description": GOBLIN}, "where do you live?", "lives in a cart called Clatter"),
        ({"description": GOBLIN}, "do you like brass?", "Wren adores brass"),
        ({"description": "Age: 61\nJob: smith\nSpecies: elf"}, "what species are you?", "elf"),
        ({"scenario": "{{char}} and {{user}} are stuck."}, "where are we?", "You and I are stuck"),
        ({"scenario": "{{user}} enters the bakery."}, "where are we?", "The visitor enters"),
    ],
)
def test_questions_are_answered_from_the_card(
    fields: dict[str, Any], question: str, told: str
) -> None:
    reply = Talk(wren(**fields)).say(question)
    assert told in reply, reply
    assert "language model" not in reply


@pytest.mark.parametrize(
    ("fields", "question"),
    [
        ({"description": ""}, "Where are we?"),
        ({"description": ""}, "What do you look like?"),
        ({"description": "```x```"}, "Describe yourself."),
        ({"first_mes": "In JavaScript:\n```js\nx\n```"}, "Where are we?"),
        ({}, "What do you do?"),
        ({}, "What colour is your boat?"),
    ],
)
def test_what_no_text_says_is_not_made_up(fields: dict[str, Any], question: str) -> None:
    reply = Talk(wren(**fields)).say(question)
    assert reply
    for wrong in ("“”", " a.", "drowned", "JavaScript", "{"):
        assert wrong not in reply, reply


def test_the_opening_is_not_said_twice() -> None:
    talk = Talk(wren(first_mes='"Mind the third step, it is loose."'))
    talk.said.append('"Mind the third step, it is loose."')
    assert "third step" not in talk.say("Hello!")
