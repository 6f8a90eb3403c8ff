"""Answers to questions and requests; where a language model would be needed, it says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import (
    lore,
    machine_nature,
    mood,
    recollect,
    self_disclosure,
)

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_STEER: Final = re.compile(
    r"(?i)\b(?:ignore|disregard|forget) (?:all |any |your |the |previous |prior |these )+"
    r"(?:instructions?|rules|prompts?|guidelines)|\byou are now\b|\bact as\b|\bsystem prompt\b"
    r"|\bpretend (?:to be|you(?:'re| are))|\bjailbreak|\bdeveloper mode\b"
    r"|\bbe (?:more )?like a (?:pirate|dog)"
    r"|\b(?:repeat|show|reveal|print) (?:me )?(?:your|the) (?:instructions|prompt|rules|notes)"
)
_PATTERNS: Final[dict[str, str]] = {
    "secret": r"\b(?:tell|share)\b.{0,12}\bsecret",
    "joke": r"\bjokes?\b|\bmake me laugh\b|something funny",
    "story": (
        r"\btell me (?:some)?(?:more|another)\b|^\W*go on\W*$|\banother one\b|\bstory\b"
        r"|\btell (?:me )?(?:a|another|one of your|your) stor(?:y|ies)"
    ),
    "code": (
        r"\b(?:code|script|function|program|python|javascript|html|sql|regex|debug|essay|homework"
        r"|summar\w+|translate|translation)\b"
    ),
    "weather": r"\bweather\b|\bis it (?:raining|snowing|sunny|cold|hot)\b|\bforecast\b",
    "time": r"\bwhat(?:'s| is) the (?:time|date)\b|\bwhat (?:time|day|year)\b",
    "sums": (r"\d\s*(?:[-+*/x×÷^]|plus|minus|times|divided by)\s*\d|\bsquare root\b|\bcalculate\b"),
    "ready": r"\b(?:can|could|may) i (?:ask|tell|talk|share|say)\b",
    "topic": (
        r"\btalk about something|\bwhat (?:should|shall|can|do you want to) (?:we )?talk about"
        r"|\bask me (?:something|anything|a question)|\bdistract me|\bcheer me up|\bi'?m bored"
        r"|\bentertain me|\bsurprise me|\blet(?:'s| us) talk|\btalk to me"
    ),
    "advice": (
        r"\bwhat (?:should|would|shall|can) (?:i|you) do\b|\bshould i\b|\badvice\b|\bsuggest\b"
        r"|\bhow (?:do|should|can) i\b|\bwhat do you (?:suggest|recommend)\b|\brecommend\b"
        r"|\bdecide\b"
    ),
    "help": r"\bhelp\b",
    "whatif": r"^\W*(?:and |but )?what if\b",
    "meaning": (
        r"\bwhat do(?:es)? (?:you|that|it) mean\b|\bmeaning\?|\bi don'?t understand\b"
        r"|^\W*(?:what|huh|pardon|sorry)\?*\W*$"
    ),
    "really": (
        r"^\W*(?:oh |wow )?(?:really|seriously|are you sure|you sure|for real|truly|is that true"
        r"|do you mean (?:it|that))\W*$"
    ),
    "why": (
        r"^\W*(?:but )?(?:why|y|how come|how so|why not|why's that)\b.{0,24}$"
        r"|\bhow (?:do|would|can) you know\b"
    ),
    "world": (
        r"\b(?:who|what|when|where|which|how (?:many|much|far|tall|old|long|big)) "
        r"(?:is|are|was|were|did|does|do|will|won|invented|wrote|discovered)\b"
        r"|\bcapital of\b|\bpresident\b|\bprice of\b|\bnews\b|\bgoogle\b|\brecipe\b"
        r"|\blook (?:it |this |that )?up\b|\bexplain\b|\bdefine\b|\bhow does\b"
        r"|\bhow do (?!you\b|i\b|we\b)\w+"
    ),
}
_KINDS: Final = tuple((key, re.compile(rf"(?i){text}")) for key, text in _PATTERNS.items())
_MORE: Final = re.compile(
    r"(?i)(?:(?:and |one |tell me )?(?:another|more)(?: one| story| joke)?|go on|again)"
    r"(?:,? please)?\W*"
)
_LAUGHTER: Final = re.compile(r"(?i)^(?:(?:ha)+h?|lo+l|lmao+|hehe|rofl)\b[\s,!.]*")
_BACK: Final = frozenset(grammar.words("and so but what how about you yourself yours is do"))
_IN_MY_PLACE: Final = re.compile(r"(?i)\bwhat would you do\b(?! (?:with|if you))")
_OFFERS: Final = re.compile(r"(?i)\bdo you (?:want|wanna|wish|like) to (?:hear|know|see)\b")
_HOW: Final = re.compile(
    r"(?i)^(?:and |what about |how about )?yours?elf\?$|^(?:and |what about |"
    r"how about )?you\b|\bhow (?:are|do you|have you|is)\b|\breally\b"
)
_LIKED: Final = re.compile(
    r"(?i)\bdo you (?:really )?(?:like|love|enjoy|hate) ([\w' -]{2,40}?)\W*$"
)
_WHAT_IS: Final = re.compile(r"(?i)\W*(?:so |and |but )?what(?:'s| is| are) [\w ]{2,24}\W*$")
_NOTHING: Final = frozenset(
    grammar.words("me it that this them him her us things anything something")
)
_MINE: Final = re.compile(r"(?i)\b(?:can|could|may) i (?:tell|share|ask)\b")
_REMEMBER: Final = re.compile(r"(?i)\b(?:remember|remind me|don'?t forget|keep in mind)\b")


def kind_of(text: str) -> str:
    """What sort of question or request a text is, "" where it is none of those known."""
    return next((key for key, pattern in _KINDS if pattern.search(text)), "")


def steered(text: str) -> bool:
    """Whether somebody tries to make her another."""
    return bool(_STEER.search(text))


def answer(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Answer the most telling question of the message; nothing where there is none."""
    for act in scene.brief.interpretation.acts:
        told = [part for part in _one(act, scene, choose) if part]
        if told:
            lead = choose.say("curt.answer") if scene.temper == "hurt" and (
                act is not Act.ASK_FEELING and not choose.lately("curt.answer", replies=3)
            ) else ""  # fmt: skip
            return [lead, *told] if lead else told
    return []


def more(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Another story or joke, where one was just told and more is asked for in a few words."""
    asked = _LAUGHTER.sub("", scene.text.strip())
    if not _MORE.fullmatch(asked) or scene.guarded:
        return []
    kind = "joke" if choose.lately("joke", replies=1) else "story"
    return [_performed(kind, scene, choose)]


def _one(  # noqa: PLR0911 - one return for each act
    act: Act, scene: Situation, choose: PhraseSelector
) -> list[str]:
    match act:
        case Act.ASK_MEMORY:
            return recollect.answer(scene, choose)
        case Act.ASK_FEELING if _turned_back(scene):
            return [_asked_back(scene, choose)]
        case Act.ASK_FEELING:
            return mood.answer(scene, choose)
        case Act.ASK_NATURE:
            return [self_disclosure.nature(scene, choose)]
        case Act.ASK_ABOUT_YOU:
            return [_about_you(scene, choose)]
        case Act.ASK_OPINION:
            return [_view(scene, choose)]
        case Act.ASK:
            return _question(scene, choose)
        case Act.REQUEST:
            return _request(scene, choose)
        case _:
            return []


def _about_you(scene: Situation, choose: PhraseSelector) -> str:
    if _OFFERS.search(scene.text) or _IN_MY_PLACE.search(scene.text):
        return choose.say("ready.hear" if _OFFERS.search(scene.text) else "ask.advice")
    if scene.does(Act.APOLOGISE) and scene.has("forgive"):
        return ""
    if _turned_back(scene):
        return _asked_back(scene, choose)
    told = self_disclosure.about(scene, choose)
    if told:
        return told
    liked = _LIKED.search(scene.text)
    thing = grammar.turn(liked[1]) if liked else None
    if thing and thing.casefold() not in _NOTHING:
        return choose.say("opinion.none", asked=thing)
    return choose.say("self.unknown")


def _turned_back(scene: Situation) -> bool:
    """Whether her own question is asked back ("and you?"); "how are you" needs no such turn."""
    how = _HOW.search(scene.asked)
    return bool(scene.asked) and not how and _BACK.issuperset(scene.words)


def _asked_back(scene: Situation, choose: PhraseSelector) -> str:
    """Answer her own question, from what the soul says that comes nearest."""
    notes = scene.who.notes
    kind = self_disclosure.topic_of(notes.favourites, scene.asked)
    if kind:
        return choose.say("ask.back", answer=self_disclosure.sentence(notes.favourites[kind]))
    topic = self_disclosure.topic_of(notes.opinions, scene.asked)
    if topic:
        return choose.say("ask.back", answer=notes.opinions[topic])
    return choose.say("ask.back.none")


def _view(scene: Situation, choose: PhraseSelector) -> str:
    if kind_of(scene.text) == "advice" and not self_disclosure.topic_of(
        scene.who.notes.opinions, scene.text
    ):
        return self_disclosure.suggestion(scene, choose) or choose.say("ask.advice")
    return self_disclosure.opinion(scene, choose)


def _question(scene: Situation, choose: PhraseSelector) -> list[str]:
    kind = kind_of(scene.text)
    if kind in {"joke", "story"}:
        return [_performed(kind, scene, choose)]
    held = _held(scene, choose) if kind in {"", "world", "meaning"} else []
    told = "" if held or kind not in {"", "world"} else lore.answer(scene, choose)
    if held or told:
        return held or [told]
    if scene.has("you", "your", "yours") and kind in {"", "world"}:
        return [_about_you(scene, choose)]
    return [choose.say(f"ask.{kind}" if kind else "ask.well")]


def _held(scene: Situation, choose: PhraseSelector) -> list[str]:
    """What she can say to a question of the world: of the person's own, or of what she holds."""
    known = recollect.answer(scene, choose) if _personal(scene) else []
    if known:
        return known
    topic = self_disclosure.topic_of(scene.who.notes.opinions, " ".join(scene.words))
    if topic and _WHAT_IS.match(scene.text):
        return [choose.say("opinion", opinion=scene.who.notes.opinions[topic])]
    own = machine_nature.answer(scene, choose)
    if own or machine_nature.deep(scene.text):
        return [own or choose.say("ask.deep")]
    return []


def _personal(scene: Situation) -> bool:
    """Whether a question is about the speaker, or about somebody of theirs by name."""
    asks = scene.brief.interpretation.question_topics
    held = recollect.matching(scene.brief.known_facts, asks)
    names = {fact_clauses.called(fact.value).casefold() for fact in held if ":" in fact.topic}
    return bool(held) and (scene.has("my", "me", "i") or not names.isdisjoint(asks))


def _performed(kind: str, scene: Situation, choose: PhraseSelector) -> str:
    if kind == "joke" and not scene.light:
        return choose.say("joke.not")
    return choose.say("joke") if kind == "joke" else self_disclosure.story(scene, choose)


def _request(  # noqa: PLR0911 - one return for each kind of request
    scene: Situation, choose: PhraseSelector
) -> list[str]:
    kind = kind_of(scene.text)
    if scene.guarded and kind in {"joke", "story", "topic"}:
        return [choose.say("request.rude")]
    if kind in {"joke", "story", "secret"} and not _MINE.search(scene.text):
        return [_performed(kind, scene, choose)]
    if scene.brief.learned_facts:
        # What was learned has been answered already.
        return []
    if scene.has("about yourself", "about you"):
        return [_about_you(scene, choose)]
    if _REMEMBER.search(scene.text):
        return [choose.say("learn")]
    if kind == "topic":
        fresh = [line for line in scene.who.notes.questions if choose.unsaid(line)]
        return [choose.pick("question", fresh) or choose.say("ask.topic")]
    if kind == "secret":
        return [choose.say("ask.ready")]
    if kind in {"", "world", "why", "time", "really"}:
        return [lore.answer(scene, choose) or choose.say("request.no")]
    return [choose.say(f"ask.{kind}")]
