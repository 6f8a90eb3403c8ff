"""How she is, told from what she really feels, and what moved it in general words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_CLEAR: Final = 0.3
_STRONG: Final = 0.6
_LOW: Final = -0.2
_HIGH: Final = 0.35
_TIRED: Final = -0.35
_SAME: Final = {
    "love_for_self": "contentment", "self_loathing": "shame", "guilt": "shame",
    "embarrassment": "shame", "disgust": "frustration", "envy": "bitterness",
}  # fmt: skip


def strongest(emotions: Mapping[str, float]) -> str:
    """The emotion that is felt most clearly, "" where none stands out."""
    clear = [(level, name) for name, level in emotions.items() if level >= _CLEAR]
    return max(clear, key=lambda felt: (felt[0], felt[1]))[1] if clear else ""


def state(  # noqa: PLR0911 - one return for each state
    scene: Situation, choose: PhraseSelector
) -> str:
    """The key of the phrases for how she is."""
    if scene.temper in {"hurt", "wary"}:
        return f"state.{scene.temper}"
    if scene.tender:
        return "state.worried"
    good = ("good", "good.job", "good.success", "good.birth", "good.wedding", "good.recovery")
    if choose.lately(*good, replies=2):
        return "state.moved"
    felt = strongest(scene.brief.emotions)
    if felt:
        return f"state.{_SAME.get(felt, felt)}"
    pleasure, arousal, _ = scene.brief.mood
    if pleasure <= _LOW:
        return "state.low"
    if arousal <= _TIRED:
        return "state.tired"
    return "state.bright" if pleasure >= _HIGH else "state.even"


def answer(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Say how she is, and sometimes ask it back."""
    if scene.has("angry with me", "mad at me", "angry at me", "upset with me", "cross with me"):
        return [choose.say("you.angry")]
    key = state(scene, choose)
    felt = strongest(scene.brief.emotions)
    strong = scene.brief.emotions.get(felt, 0.0) >= _STRONG
    told = choose.say(key, "state.even", much="very" if strong else "a little")
    asked = scene.has("and you", "how about you") or scene.brief.interpretation.feelings
    back = not asked and not scene.guarded and choose.chance("back", 0.6)
    return [told, choose.say("state.back")] if back else [told]
