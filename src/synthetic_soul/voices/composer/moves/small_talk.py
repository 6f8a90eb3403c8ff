"""What is only told, answered, agreed to, laughed at, or said for company."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import recollect, self_disclosure

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_YES: Final = frozenset(
    grammar.words("yes yeah yep yup sure ok okay definitely absolutely totally aye")
)
_NO: Final = frozenset(grammar.words("no nope nah never not"))
_CLOSED: Final = [
    [word]
    for word in grammar.words("do does did is are was were have has had can could will would shall")
]
_UNSURE: Final = ("i don't know", "not sure", "no idea", "dunno", "maybe", "perhaps", "i guess",
                  "hard to say", "idk")  # fmt: skip
_HEDGES: Final = frozenset(
    grammar.words(
        "think know guess mean hope agree don't do did didn't can can't could suppose believe will "
        "want need wonder would should see understand wish"
    )
)
_VERBS: Final = frozenset(
    grammar.words(
        "is are was were am be been has have had do does did went go got get can could will would "
        "it's that's there's i'm mine hi hello hey thanks lol well not"
    )
)
_NOD: Final = frozenset(grammar.words("k ok okay kay sure fine right alright cool ye yeah yep mm"))
_NEWS_COMES: Final = re.compile(
    r"(?i)\W*(?:guess what|you know what|i have (?:some |big |good |bad )*news|listen to this"
    r"|(?:want to|wanna) hear (?:something|smth|a \w+)(?: \w+)?"
    r"|you won'?t believe (?:this|it|what happened))\W*$"
)
_SENTENCE: Final = re.compile(
    r"(?i)\W*(?:and |but |so |because |well |also )*(?:(?:i|i'?m|i'?ve|i'?d|i'?ll|we|we'?re|he"
    r"|he'?s|she|she'?s|they|it|it'?s|that|that'?s|there|you|nobody|everybody|people)"
    r" [a-z']+"
    r"|(?:my|our|the|(?-i:[A-Z])[a-z]+) (?:[\w'-]+ ){0,4}?(?:is|was|are|were|has|had|says|said"
    r"|got|went|did|does|will|can|keeps|wants|thinks|just)\b)"
)
_SENT: Final = re.compile(
    r"(?i)\b(?:says?|said|sends?) (?:hi|hello|hey|greetings|(?:her|his) love)\b"
)
_RELIEVED: Final = re.compile(
    r"(?i)\W*(?:but |and |luckily |thankfully )*(?:he|she|it|they|everyone|everybody|[A-Z][a-z]+)"
    r"(?:'s| is|'re| are| was)(?: all| doing| totally| quite| now)* "
    r"(?:fine|ok|okay|alright|all right|safe|unhurt|good now)\b.{0,16}$"
)
_SUBJECTS: Final = frozenset(
    grammar.words(
        "i you he she it we they he's she's they're we're you're but and so because if that this "
        "just forget kidding mean wanna gonna feels feel says said keeps makes looks eats broke"
    )
)
_PAST: Final = frozenset(
    grammar.words(
        "went was were had did saw got made took came met ate bought found lost won gave told said "
        "left felt thought slept drank ran wrote read built quit broke fell heard spent flew drove"
    )
)
_CLEAR: Final = 0.4
_BRIEF: Final = 6
_FEW: Final = 3
_SHORT: Final = 4
_ECHO: Final = 10


def small(  # noqa: PLR0911 - one return for each sort of small talk
    scene: Situation, choose: PhraseSelector
) -> list[str]:
    """Answer what is only told, agreed, laughed at, or said for company."""
    if scene.weight == "danger":
        return [choose.say("care.after")]
    if _RELIEVED.match(scene.text) and not scene.guarded:
        return [choose.say("tell.relieved")]
    if scene.tender:
        return [_gently(scene, choose)]
    if scene.guarded:
        return [choose.say("curt")]
    if _SENT.search(scene.text) and (hello := _named(scene, choose, "tell.hello")):
        return [hello]
    key = next((key for key, fits in _PLAIN if fits(scene)), "")
    if key:
        return [choose.say(key)]
    if scene.asked and _answers(scene) and not scene.does(Act.GREET, Act.FAREWELL):
        return [answered(scene, choose)]
    return [_taken(scene, choose)]


_PLAIN: Final[tuple[tuple[str, Callable[[Situation], bool]], ...]] = (
    ("ready.hear", lambda scene: bool(_NEWS_COMES.match(scene.text))),
    ("laugh", lambda scene: scene.does(Act.LAUGH)),
    ("tell.unsure", lambda scene: scene.has(*_UNSURE) and len(scene.words) <= _SHORT),
    ("disagree", lambda scene: scene.has("disagree", "that's wrong", "you're wrong")),
)
"""What is answered by itself, whatever she asked before."""


def _taken(scene: Situation, choose: PhraseSelector) -> str:
    """Take what answers nothing: a nod, an agreement, something told, or a word for company."""
    if _NOD.issuperset(scene.words):
        return choose.say("nod")
    if scene.does(Act.DISAGREE):
        return choose.say("disagree")
    if scene.does(Act.AGREE) and len(scene.words) <= _BRIEF:
        return choose.say("agree")
    tells = scene.does(Act.TELL) or len(scene.words) >= _SHORT
    named = _named(scene, choose) if choose.chance("named", 0.7) else ""
    return named or (told(scene, choose) if tells else choose.say("small"))


def _answers(scene: Situation) -> bool:
    """Whether what is said may well answer her question, and does not go on to something else."""
    if len(scene.words) <= _SHORT or scene.does(Act.AGREE, Act.DISAGREE):
        return True
    if recollect.stems(scene.asked) & recollect.stems(scene.text):
        return True
    # A whole sentence about somebody or something of its own is told, and answers nothing.
    return not _SENTENCE.match(scene.text)


def _named(scene: Situation, choose: PhraseSelector, key: str = "tell.called") -> str:
    """Take up somebody who is known by name: "Clara says hi", "I took Miso to the vet"."""
    for fact in recollect.weighty(scene.brief.known_facts):
        found = fact_clauses.fields(fact)
        name = found.get("called", "")
        if name and name.casefold() in scene.words and not fact_clauses.gone(scene.brief, fact):
            return choose.say(key, **found)
    return ""


def _gently(scene: Situation, choose: PhraseSelector) -> str:
    """Stay with somebody who goes on telling what is sad."""
    if scene.weight == "worry":
        return choose.say("tender.worry", "tender")
    said = len(scene.words) >= _FEW
    if said and scene.weight == "grief" and choose.chance("loss", 0.35):
        return choose.say("tender.loss", "tender")
    return choose.say("tender.answer" if choose.chance("answer", 0.3) else "tender", "tender")


def answered(scene: Situation, choose: PhraseSelector) -> str:
    """Take an answer to her own question."""
    spoken = set(scene.words)
    if scene.has(*_UNSURE) and len(scene.words) <= _BRIEF:
        return choose.say("tell.unsure")
    short = len(scene.words) <= _SHORT
    agrees = scene.does(Act.AGREE) or (short and bool(spoken & _YES))
    if agrees or scene.does(Act.DISAGREE) or (short and spoken & _NO):
        closed = grammar.words(scene.asked)[:1] in _CLOSED
        if short and agrees and spoken <= (_YES | _NOD):
            return choose.say("tell.yes" if closed else "nod")
        if short and not agrees:
            # An open question may be left unanswered.
            return choose.say("tell.no" if closed else "tell.pass")
        return told(scene, choose)
    echo = grammar.turn(scene.text) if len(scene.words) <= _FEW else None
    if echo and _fragment(scene):
        return choose.say("tell.short", Echo=self_disclosure.upper(echo))
    # A whole sentence may be an answer or something else; then it is taken as told.
    shares = recollect.stems(scene.asked) & recollect.stems(scene.text)
    whole = _SENTENCE.match(scene.text) and not shares
    return told(scene, choose) if whole else choose.say("tell.answer")


def _fragment(scene: Situation) -> bool:
    """Whether the words are a bare answer ("my gran", "blue, mostly") and no sentence."""
    spoken = set(scene.words)
    if spoken & (_VERBS | _SUBJECTS) or scene.brief.interpretation.confidence < _CLEAR:
        return False
    return not any(word.endswith(("ed", "s's")) and len(word) > _SHORT for word in spoken)


def told(scene: Situation, choose: PhraseSelector) -> str:
    """Take what is told: by the thing it is about, by an echo of it, or plainly."""
    interpretation = scene.brief.interpretation
    about = grammar.thing(scene.text, interpretation.topics)
    if scene.has("i think", "i believe", "in my opinion", "i feel like", "i reckon"):
        return choose.say("tell.view")
    if scene.pressed:
        return choose.say("tell.plain")
    if about and choose.chance("thing", 0.45):
        return choose.say("tell.thing", thing=about, Thing=self_disclosure.upper(about))
    echo = _echo(scene)
    if echo and choose.chance("echo", 0.35):
        key = "tell.echo.past" if _past(scene.words[1]) else "tell.echo"
        return choose.say(key, echo=echo, Echo=self_disclosure.upper(echo))
    return choose.say("tell")


def _past(verb: str) -> bool:
    return verb in _PAST or (verb.endswith("ed") and len(verb) > _SHORT)


def _echo(scene: Situation) -> str:
    """What was told, turned round, where it is one short clause about the speaker."""
    if not recollect.starts_as_clause(scene.text) or len(scene.words) > _ECHO:
        return ""
    if len(scene.words) < _SHORT or scene.words[1] in _HEDGES:
        return ""
    return grammar.turn(scene.text) or ""
