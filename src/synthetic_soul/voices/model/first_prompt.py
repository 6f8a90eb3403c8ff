"""The prompt for the very first message to a soul, to see how much of the soul a model is told."""

from typing import Final

from soulscript import Soul
from soulscript.lore import Chat, Lorebook, LoreSettings, Why, activate, entries_of
from soulscript.prompts import Scene, expand, expanded, openings_of, scene_of
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.voices.base import Brief, Line, Lore
from synthetic_soul.voices.model.brief_prompt import Rendered, render
from synthetic_soul.voices.model.prompt_budget import PromptBudget

_HELLO: Final = "Hello!"


def first_prompt(soul: Soul, budget: PromptBudget, person: str = "") -> Rendered:
    """Return the prompt for a hello of ``person`` ("": nobody known) after the soul's opening."""
    scene = scene_of(soul, Scene("", person))
    told = expanded(soul, Scene("", person))
    chosen = activate(
        Lorebook(entries_of(soul)), Chat(character=scene.character), LoreSettings(budget=None)
    ).chosen
    lore = [
        Lore(each.entry.id, expand(each.text, scene), is_constant=True)
        for each in chosen
        if each.reason.kind is Why.CONSTANT
    ]
    lines = [Line("opening", "", text, 0, mine=True) for text in openings_of(told)[:1]]
    brief = Brief(
        soul=told,
        name=told.name,
        interpretation=Interpretation(text=_HELLO),
        now=0,
        messages=(Line("hello", person, _HELLO, 0),),
        recent_lines=lines,
        person_name=person,
        lore=lore,
    )
    return render(brief, budget)
