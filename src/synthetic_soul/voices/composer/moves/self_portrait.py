"""Answers out of the soul's own texts: where it is, how it looks, who it is, what it was asked."""

from synthetic_soul.mind.interpretation import Signal
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.self_knowledge import self_knowledge
from synthetic_soul.voices.composer.situation import Situation


def portrait(situation: Situation, selector: PhraseSelector) -> str:
    """Tell where the agent is, how it looks, or who it is; "" where none was asked for."""
    asks = situation.interpretation.question_topics
    known = self_knowledge(situation.character.soul)
    if "place" in asks:
        scene = grammar.with_us(known.scene, situation.brief.name, situation.brief.person_name)
        fields = {"scene": scene} if scene else {}
        return selector.say("here", "here.none", **fields)
    if "looks" in asks:
        looks = known.about("looks")
        return selector.say("looks", looks=looks) if looks else ""
    if "self" in asks:
        told = known.about("self")
        return " ".join(
            filter(
                None, [told and selector.say("self.told", told=told), traits(situation, selector)]
            )
        )
    return ""


def traits(situation: Situation, selector: PhraseSelector) -> str:
    """Name the strongest traits, or return ""."""
    strong = [t.trait for t in situation.character.soul.personality.core_traits if t.strength > 0]
    return selector.say("trait", trait=grammar.join_list(strong[:3])) if strong else ""


def found(situation: Situation, selector: PhraseSelector, *, wholly: bool = False) -> str:
    """Answer any other question with the passage that has its words, or return "".

    ``wholly``: all that it asks about.
    """
    if situation.has(Signal.ABOUT_ME):
        return ""
    sentences = split_sentences(situation.text)
    asked = [each for each in sentences if each.rstrip().endswith("?")][-1:] or sentences
    text = self_knowledge(situation.character.soul).answer_to(" ".join(asked), wholly=wholly)
    return selector.say("self.told", told=text) if text else ""
