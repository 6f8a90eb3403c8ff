"""Prompts of a soul: its system prompt, and who it is as text for a model, within a budget.

from soulscript.prompts import Scene, messages

for message in messages(soul, scene=Scene("", "Ada"), budget=4_000).messages:
print(message.role, message.content)
"""

from soulscript.model.dialogues import (
    CHARACTER,
    EXAMPLES_KEY,
    PERSON,
    SCENARIO_KEY,
    Turn,
    dialogues_of,
    instructions_of,
    openings_of,
    parse_dialogues,
)
from soulscript.prompts.chat_messages import Message, Prompt, messages
from soulscript.prompts.expansion import depends_on, expanded, scene_of
from soulscript.prompts.persona_budget import YIELDS, Count, Persona, Share, persona
from soulscript.prompts.system_prompt import Section, prompt, remembered, sections
from soulscript.text.macros import Scene, expand, has_macros

__all__ = [
    "CHARACTER",
    "EXAMPLES_KEY",
    "PERSON",
    "SCENARIO_KEY",
    "YIELDS",
    "Count",
    "Message",
    "Persona",
    "Prompt",
    "Scene",
    "Section",
    "Share",
    "Turn",
    "depends_on",
    "dialogues_of",
    "expand",
    "expanded",
    "has_macros",
    "instructions_of",
    "messages",
    "openings_of",
    "parse_dialogues",
    "persona",
    "prompt",
    "remembered",
    "scene_of",
    "sections",
]
