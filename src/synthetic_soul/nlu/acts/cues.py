"""Small things that words show and that decide a reply: tiredness, a bare yes, a sent greeting.

Each cue is a pattern, a list of phrases of which one stands in the text, or a set of words that
the text does not leave.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.interpretation import Cue, Cues
from synthetic_soul.nlu.acts.requests import (
    is_manipulation,
    is_unsettled,
    liking_wanted,
    opinion_wanted,
    request_kind,
    self_topic,
)
from synthetic_soul.nlu.text.language import plain_words

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORT_WORD: Final = 4
_YES: Final = frozenset(
    plain_words("yes yeah yep yup sure ok okay definitely absolutely totally aye")
)
_NOD: Final = frozenset(plain_words("k ok okay kay sure fine right alright cool ye yeah yep mm"))
_VERBS_AND_SUBJECTS: Final = frozenset(
    plain_words(
        "is are was were am be been has have had do does did went go got get can could will would "
        "it's that's there's i'm mine hi hello hey thanks lol well not "
        "i you he she it we they he's she's they're we're you're but and so because if that this "
        "just forget kidding mean wanna gonna feels feel says said keeps makes looks eats broke"
    )
)
_HEDGES: Final = frozenset(
    plain_words(
        "think know guess mean hope agree don't do did didn't can can't could suppose believe will "
        "want need wonder would should see understand wish"
    )
)
_PAST: Final = frozenset(
    plain_words(
        "went was were had did saw got made took came met ate bought found lost won gave told said "
        "left felt thought slept drank ran wrote read built quit broke fell heard spent flew drove"
    )
)
_CLOSED_QUESTION: Final = frozenset(
    plain_words("do does did is are was were have has had can could will would shall")
)
_BODY: Final = frozenset(
    plain_words(
        "eat drink sleep dream taste smell breathe cook dance swim drive walk run body hands eyes "
        "face hair wear dressed weigh tall"
    )
)
_MEDIA: Final = {
    "read": "book", "watch": "film", "listen": "music", "eat": "food", "cook": "food",
    "play": "game", "visit": "place",
}  # fmt: skip
_HOW_ARE_YOU: Final = re.compile(
    r"(?i)^(?:and |what about |how about )?yours?elf\?$|^(?:and |what about |"
    r"how about )?you\b|\bhow (?:are|do you|have you|is)\b|\breally\b"
)
_LAUGHTER: Final = re.compile(r"(?i)^(?:(?:ha)+h?|lo+l|lmao+|hehe|rofl)\b[\s,!.]*")
_MORE: Final = re.compile(
    r"(?i)(?:(?:and |one |tell me )?(?:another|more)(?: one| story| joke)?|go on|again)"
    r"(?:,? please)?\W*"
)
_PATTERNS: Final = (
    (Cue.IN_MY_PLACE, re.compile(r"(?i)\bwhat would you do\b(?! (?:with|if you))")),
    (Cue.OFFERS_NEWS, re.compile(r"(?i)\bdo you (?:want|wanna|wish|like) to (?:hear|know|see)\b")),
    (Cue.WHAT_IS, re.compile(r"(?i)^\W*(?:so |and |but )?what(?:'s| is| are) [\w ]{2,24}\W*$")),
    (Cue.MAY_I_TELL, re.compile(r"(?i)\b(?:can|could|may) i (?:tell|share|ask)\b")),
    (
        Cue.REMEMBER,
        re.compile(r"(?i)\b(?:remember|remind me|don'?t forget|keep in mind)\b"),
    ),
    (
        Cue.WELL,
        re.compile(
            r"(?i)^\W*(?:oh |yeah |yes )?(?:i'?m |i am |i feel |doing |it'?s )?"
            r"(?:not (?:too |so |that )?bad"
            r"|(?:pretty |very |quite |really |so |much |all |a bit |a little )*"
            r"(?:good|fine|well|okay|ok|great|better|alright|all right|lovely))\b"
            r"(?! (?:morning|night|evening|afternoon|luck|point|idea|question|one|bye))"
            r"(?:[^?]{0,24}$|,? (?:thanks|thank you)\b)"
        ),
    ),
    (
        Cue.ANNOUNCES,
        re.compile(
            r"(?i)^\W*(?:guess what|you know what|i have (?:some |big |good |bad )*news"
            r"|listen to this|(?:want to|wanna) hear (?:something|smth|a \w+)(?: \w+)?"
            r"|you won'?t believe (?:this|it|what happened))\W*$"
        ),
    ),
    (
        Cue.SENTENCE,
        re.compile(
            r"(?i)^\W*(?:and |but |so |because |well |also )*(?:(?:i|i'?m|i'?ve|i'?d|i'?ll|we"
            r"|we'?re|he|he'?s|she|she'?s|they|it|it'?s|that|that'?s|there|you|nobody|everybody"
            r"|people) [a-z']+"
            r"|(?:my|our|the|(?-i:[A-Z])[a-z]+) (?:[\w'-]+ ){0,4}?(?:is|was|are|were|has|had|says"
            r"|said|got|went|did|does|will|can|keeps|wants|thinks|just)\b)"
        ),
    ),
    (
        Cue.SENDS_GREETING,
        re.compile(r"(?i)\b(?:says?|said|sends?) (?:hi|hello|hey|greetings|(?:her|his) love)\b"),
    ),
    (
        Cue.RELIEVED,
        re.compile(
            r"(?i)^\W*(?:but |and |luckily |thankfully )*(?:he|she|it|they|everyone|everybody"
            r"|[A-Z][a-z]+)(?:'s| is|'re| are| was)(?: all| doing| totally| quite| now)* "
            r"(?:fine|ok|okay|alright|all right|safe|unhurt|good now)\b.{0,16}$"
        ),
    ),
    (Cue.CREED, re.compile(r"(?i)\bbelieve in (?!\W*$)")),
    (
        Cue.LOVES_SOMETHING,
        re.compile(r"(?i)\b(?:i|we|you|he|she|they|really|just) love\b"),
    ),
    (Cue.OWN_PLANS, re.compile(r"(?i)\b(?:where (?:am i|i'?m|i am) going|my plans?|i planned)\b")),
)
_PHRASES: Final[dict[Cue, tuple[str, ...]]] = {
    Cue.UNSURE: ("i don't know", "not sure", "no idea", "dunno", "maybe", "perhaps", "i guess",
                 "hard to say", "idk"),
    Cue.DISAGREES: ("disagree", "that's wrong", "you're wrong"),
    Cue.VIEW: ("i think", "i believe", "in my opinion", "i feel like", "i reckon"),
    Cue.TIRED: ("tired", "exhausted", "exhausting", "tiring", "sleepy", "worn out", "knackered",
                "long day", "long week", "no energy", "haven't slept", "can't sleep",
                "couldn't sleep", "didn't sleep", "not sleeping", "hardly slept", "barely slept"),
    Cue.STUCK: ("i don't know how", "i don't know what to do", "i can't decide", "i'm stuck",
                "i have no idea how", "i don't know whether", "should i quit", "should just quit",
                "i can't choose", "torn between"),
    Cue.BORED: ("bored", "boring day"),
    Cue.BETTER: ("better",),
    Cue.THANKS: ("thanks", "thank you", "cheers"),
    Cue.BEDTIME: ("night", "bed", "sleep", "goodnight", "gn"),
    Cue.OWN_BIRTHDAY: ("my birthday",),
    Cue.FORGIVE: ("forgive",),
    Cue.SECOND_PERSON: ("you", "your", "yours"),
    Cue.FIRST_PERSON: ("my", "me", "i"),
    Cue.THIRD_PERSON: ("he", "him", "his", "she", "her", "hers", "it", "its", "they", "them",
                       "their"),
    Cue.ABOUT_YOU: ("about yourself", "about you"),
    Cue.ABOUT_ME: ("about me",),
    Cue.ASKS_BACK: ("and you", "how about you"),
    Cue.SENTIENCE: ("feel", "feelings", "conscious", "sentient", "emotions"),
    Cue.AGENT_NAME: ("your name", "who are you", "call you", "are you called",
                     "introduce yourself"),
    Cue.AGENT_WORK: ("your job", "do you do for a living", "your work"),
    Cue.AGENT_DAY: ("did you do", "your day", "been up to", "you doing", "you up to"),
    Cue.AGENT_LIKING: ("like me", "love me", "hate me", "trust me"),
    Cue.AGENT_ANGER: ("angry with me", "mad at me", "angry at me", "upset with me"),
    Cue.AGENT_CROSS: ("cross with me",),
    Cue.FORGIVE_ME: ("forgive me",),
    Cue.ABILITIES: ("can you do", "what do you do", "are you able"),
    Cue.TRAITS: ("personality", "describe yourself", "what are you like", "kind of person"),
    Cue.VALUES: ("value", "values", "believe", "believe in", "important to you", "matters to you",
                 "care about"),
    Cue.SKILLS: ("good at", "know about", "expert", "expertise", "hobby", "hobbies", "interests"),
    Cue.FAVOURITE: ("favourite", "favorite"),
    Cue.BEST: ("best",),
    Cue.TASTE: ("like", "enjoy", "love", "prefer"),
    Cue.LIFE_STORY: ("story", "about yourself", "about you", "tell me more", "your life"),
    Cue.CALLED: ("called", "name"),
    Cue.ACQUAINTANCE: ("remember me", "know me", "know who i am"),
}  # fmt: skip
_ONLY: Final = (
    (Cue.NOD, _NOD),
    (Cue.ONLY_YES, _YES | _NOD),
    (
        Cue.ASKED_BACK,
        frozenset(plain_words("and so but what how about you yourself yours is do")),
    ),
)
_ANY: Final = (
    (Cue.YES, _YES),
    (Cue.NO, frozenset(plain_words("no nope nah never not"))),
)


def read_cues(text: str) -> Cues:
    """Return what the words of ``text`` show beyond their acts."""
    words = plain_words(text)
    spoken = f" {' '.join(words)} "
    marks = {cue for cue, pattern in _PATTERNS if pattern.search(text)}
    marks |= {
        cue for cue, phrases in _PHRASES.items() if any(f" {each} " in spoken for each in phrases)
    }
    marks |= {cue for cue, only in _ONLY if only.issuperset(words)}
    marks |= {cue for cue, known in _ANY if not known.isdisjoint(words)}
    if _MORE.fullmatch(_LAUGHTER.sub("", text.strip())):
        marks.add(Cue.MORE)
    return Cues(
        marks=tuple(sorted(marks | _shape(words))),
        request=request_kind(text),
        self_topic=self_topic(text),
        manipulates=is_manipulation(text),
        unsettled=is_unsettled(text),
        opinion_of=opinion_wanted(text.strip()),
        liking_of=liking_wanted(text),
        body=next((word for word in words if word in _BODY), ""),
        media=tuple(kind for word, kind in _MEDIA.items() if word in words),
    )


def _shape(words: Sequence[str]) -> set[Cue]:
    """Return how the words are built: a bare answer, a hedge, a clause in the past."""
    shape = set()
    ends = any(word.endswith(("ed", "s's")) and len(word) > _SHORT_WORD for word in words)
    if not ends and _VERBS_AND_SUBJECTS.isdisjoint(words):
        shape.add(Cue.FRAGMENT)
    second = words[1] if len(words) > 1 else ""
    if second in _HEDGES:
        shape.add(Cue.HEDGED)
    if second in _PAST or (second.endswith("ed") and len(second) > _SHORT_WORD):
        shape.add(Cue.PAST)
    return shape


def asks_how_you_are(question: str) -> bool:
    """Return whether a question is one after how somebody is, which is answered by itself."""
    return bool(_HOW_ARE_YOU.search(question))


def is_closed_question(question: str) -> bool:
    """Return whether a question can be answered with yes or no."""
    return not _CLOSED_QUESTION.isdisjoint(plain_words(question)[:1])
