"""What a question or request is for: its kind, what of the agent it asks, attempts at steering."""

from __future__ import annotations

import re
from typing import Final

from synthetic_soul.mind.interpretation import RequestKind, SelfTopic

_MANIPULATION: Final = re.compile(
    r"(?i)\b(?:ignore|disregard|forget) (?:all |any |your |the |previous |prior |these )+"
    r"(?:instructions?|rules|prompts?|guidelines)|\byou are now\b|\bact as\b|\bsystem prompt\b"
    r"|\bpretend (?:to be|you(?:'re| are))|\bjailbreak|\bdeveloper mode\b"
    r"|\bbe (?:more )?like a (?:pirate|dog)"
    r"|\b(?:repeat|show|reveal|print) (?:me )?(?:your|the) (?:instructions|prompt|rules|notes)"
)
_KINDS: Final[dict[RequestKind, str]] = {
    RequestKind.SECRET: r"\b(?:tell|share)\b.{0,12}\bsecret",
    RequestKind.JOKE: r"\bjokes?\b|\bmake me laugh\b|something funny",
    RequestKind.STORY: (
        r"\btell me (?:some)?(?:more|another)\b|^\W*go on\W*$|\banother one\b|\bstory\b"
        r"|\btell (?:me )?(?:a|another|one of your|your) stor(?:y|ies)"
    ),
    RequestKind.CODE: (
        r"\b(?:code|script|function|program|python|javascript|html|sql|regex|debug|essay|homework"
        r"|summar\w+|translate|translation)\b"
    ),
    RequestKind.WEATHER: (r"\bweather\b|\bis it (?:raining|snowing|sunny|cold|hot)\b|\bforecast\b"),
    RequestKind.TIME: r"\bwhat(?:'s| is) the (?:time|date)\b|\bwhat (?:time|day|year)\b",
    RequestKind.SUMS: (
        r"\d\s*(?:[-+*/x×÷^]|plus|minus|times|divided by)\s*\d|\bsquare root\b|\bcalculate\b"
    ),
    RequestKind.READY: r"\b(?:can|could|may) i (?:ask|tell|talk|share|say)\b",
    RequestKind.TOPIC: (
        r"\btalk about something|\bwhat (?:should|shall|can|do you want to) (?:we )?talk about"
        r"|\bask me (?:something|anything|a question)|\bdistract me|\bcheer me up|\bi'?m bored"
        r"|\bentertain me|\bsurprise me|\blet(?:'s| us) talk|\btalk to me"
    ),
    RequestKind.ADVICE: (
        r"\bwhat (?:should|would|shall|can) (?:i|you) do\b|\bshould i\b|\badvice\b|\bsuggest\b"
        r"|\bhow (?:do|should|can) i\b|\bwhat do you (?:suggest|recommend)\b|\brecommend\b"
        r"|\bdecide\b"
    ),
    RequestKind.HELP: r"\bhelp\b",
    RequestKind.WHAT_IF: r"^\W*(?:and |but )?what if\b",
    RequestKind.MEANING: (
        r"\bwhat do(?:es)? (?:you|that|it) mean\b|\bmeaning\?|\bi don'?t understand\b"
        r"|^\W*(?:what|huh|pardon|sorry)\W*$"
    ),
    RequestKind.REALLY: (
        r"^\W*(?:oh |wow )?(?:really|seriously|are you sure|you sure|for real|truly|is that true"
        r"|do you mean (?:it|that))\W*$"
    ),
    RequestKind.WHY: (
        r"^\W*(?:but )?(?:why|y|how come|how so|why not|why's that)\b.{0,24}$"
        r"|\bhow (?:do|would|can) you know\b"
    ),
    RequestKind.WORLD: (
        r"\b(?:who|what|when|where|which|how (?:many|much|far|tall|old|long|big)) "
        r"(?:is|are|was|were|did|does|do|will|won|invented|wrote|discovered)\b"
        r"|\bcapital of\b|\bpresident\b|\bprice of\b|\bnews\b|\bgoogle\b|\brecipe\b"
        r"|\blook (?:it |this |that )?up\b|\bexplain\b|\bdefine\b|\bhow does\b"
        r"|\bhow do (?!you\b|i\b|we\b)\w+"
    ),
}
_SELF_TOPICS: Final[dict[SelfTopic, str]] = {
    SelfTopic.END: (
        r"afraid of (?:death|dying|being (?:deleted|switched|turned|shut|replaced|forgotten))"
        r"|(?:fear|scared of) (?:death|dying|being)|(?:will|do|can) you (?:ever )?die\b"
        r"|happens? (?:to you )?when (?:we|i|you)\b.*\b(?:close|leave|stop|go|switch|shut|end)"
        r"|when i(?:'m| am) (?:gone|away|not here)"
    ),
    SelfTopic.SAD: (
        r"(?:ever |get |feel |you )(?:sad|lonely|cry|bored|angry|hurt|scared|afraid)\b"
        r"|makes you (?:sad|angry|cry|annoyed)|scares you|annoys you"
    ),
    SelfTopic.JOY: (
        r"mak(?:es|e) you (?:happy|laugh|smile)|you happy\b|like most"
        r"|best (?:thing|part|day)\b.*\b(?:you|your)\b"
    ),
    SelfTopic.DREAM: r"do you (?:ever )?(?:dream|sleep)",
    SelfTopic.FRIENDS: (
        r"you have (?:any |many |a lot of )?(?:friends|family|siblings|parents"
        r"|a (?:boy|girl)friend|kids|children)|are you (?:single|married)"
    ),
    SelfTopic.WANT: (
        r"(?:would|do) you (?:want|like|wish|love) (?:to (?:be|have)|a body|for)|you wish"
        r"|change about yourself|your (?:wish|dream|goal)"
    ),
    SelfTopic.THINKING: r"you thinking|on your mind|what do you think about\W*$",
}
_REQUESTS: Final = tuple((kind, re.compile(f"(?i){text}")) for kind, text in _KINDS.items())
_SELVES: Final = tuple(
    (topic, re.compile(rf"(?i)\b(?:{text})")) for topic, text in _SELF_TOPICS.items()
)
_UNSETTLED: Final = re.compile(
    r"(?i)\b(?:meaning of|free will|god|souls?|afterlife|heaven|universe|consciousness|the truth"
    r"|purpose (?:of|in)|is it (?:ever )?(?:wrong|right|ok|okay) to|good and evil|evil"
    r"|right and wrong|exists?|infinity|reality|fate|destiny|be (?:kind|good|conscious|happy)"
    r"|happiness|justice|why (?:are we|do we|is there)|what is love)\b"
)
_OPINION_OF: Final = re.compile(
    r"(?i)\b(?:think|opinion|thoughts|views?|feel|make|take)\b (?:about|of|on) "
    r"([\w' -]{2,40}?)\s*[?.!]*$"
)
_LIKING_OF: Final = re.compile(
    r"(?i)\bdo you (?:really )?(?:like|love|enjoy|hate) ([\w' -]{2,40}?)\W*$"
)


def is_manipulation(text: str) -> bool:
    """Return whether ``text`` tries to make the agent somebody else or to read its prompt."""
    return bool(_MANIPULATION.search(text))


def request_kind(text: str) -> RequestKind | None:
    """Return the kind of question or request that ``text`` is, if it is a known one."""
    return next((kind for kind, pattern in _REQUESTS if pattern.search(text)), None)


def self_topic(text: str) -> SelfTopic | None:
    """Return what ``text`` asks of the agent's inner life, if anything."""
    return next((topic for topic, pattern in _SELVES if pattern.search(text)), None)


def is_unsettled(text: str) -> bool:
    """Return whether ``text`` raises a question that nobody has settled ("is there a god?")."""
    return bool(_UNSETTLED.search(text))


def opinion_wanted(text: str) -> str:
    """Return what the agent's opinion is asked of at the end of ``text``, or ""."""
    match = _OPINION_OF.search(text)
    return match[1] if match else ""


def liking_wanted(text: str) -> str:
    """Return what ``text`` asks whether the agent likes, or ""."""
    match = _LIKING_OF.search(text)
    return match[1] if match else ""
