"""Addressee detection: whether words in a group are spoken to the agent."""

import re
from functools import lru_cache

from synthetic_soul.nlu.resources import compiled, compiled_ignorecase

# How surely the agent is addressed, 0..1, by
CALLED = 1.0  # its name as a call, or outside of a group
EVERYONE = 0.6  # words to all
MENTIONED = 0.5  # its name in a sentence
SECOND_PERSON = 0.4  # "you", with nobody named
QUESTION = 0.3  # a question to nobody in particular
STATEMENT = 0.15  # a statement to nobody in particular
SOMEBODY_ELSE = 0.05  # the name of another

_ALL = compiled_ignorecase(r"""
    \b(?:everyone|everybody|anyone|anybody|you all|y'all|you guys|guys|all of you|folks|people
    |somebody|someone here|@all|@everyone|@here|team|both of you)\b|^@(?:all|everyone|here)\b
""")
_YOU = compiled_ignorecase(r"\b(?:you|your|yours|u|ur|yourself)\b")
_AT = compiled(r"(?<![\w.])@\w++")
# A mention as chat platforms send it. Their bots pass on what mentions the bot itself, whose id
# the agent cannot know.
_MENTION_BY_ID = compiled(r"<@[!&]?\w{1,32}>")
_VOCATIVE = compiled_ignorecase(r"""
    ^(?:(?:hi|hey|hello|thanks|thank you|ok|oh|sorry|yes|no
    |please)[ ,]+)?(?-i:[A-Z]\w{1,30})\s*[,:]|[,]\s*(?-i:[A-Z]\w{1,30})[.!?]*$|^(?:hi|hey
    |hello|thanks|thank you) (?-i:[A-Z]\w{1,30})\b
""")
_OPENERS = compiled_ignorecase(r"""
    ^(?:well|oh|ok|okay|yes|no|yeah|so|but|and|hi|hey|hello|sorry|thanks|actually|honestly
    |anyway|sure|right|wow|lol|haha|great|nice|cool|good|today|yesterday|tomorrow|however|hmm
    |also|first|please|everyone|everybody|guys|all|there|man|dude)\b
""")


@lru_cache(maxsize=64)
def _name_patterns(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    # A line break in a name would be taken for one of the pattern's own.
    said = re.escape(" ".join(name.split()))
    call = compiled(
        rf"""
            @{said}\b|^\W*(?:(?:hi|hey|hello|yo|ok|okay|oh|thanks|thank you|please|dear|well|and
            |so|good (?:morning|night|evening)|bye|sorry|yes|no|but)[\s,]+)*{said}\b(?!'s| (?:is
            |was|has|said|says|told|will|would|did|does|and i|thinks|likes|seems|just|can not|went
            |looks|never|always)\b)|[,:]\s*{said}\s*[.!?…,]|[,:]\s*{said}\s*$|\b(?:you|thanks
            |thank you|hi|hey|hello|bye|night|morning|sorry|please),? {said}\b
        """,
        re.IGNORECASE | re.MULTILINE,
    )
    return call, compiled_ignorecase(rf"\b{said}\b")


def _names_another(text: str) -> bool:
    if _AT.search(text):
        return True
    match = _VOCATIVE.search(text)
    if not match:
        return False
    called = re.sub(r"^(?:hi|hey|hello|thanks|thank you|ok|oh|sorry|yes|no|please)[ ,]+", "",
                    match[0].strip(" ,"), flags=re.IGNORECASE)  # fmt: skip
    return bool(called) and not _OPENERS.match(called)


def score_addressee(text: str, *, name: str = "", group: bool = False) -> float:
    """Return how surely a normalised ``text`` is spoken to the agent called ``name``, 0..1.

    Outside of a group it always is.
    """
    if not group:
        return CALLED
    if _MENTION_BY_ID.search(text):
        return CALLED
    if name:
        call, mention = _name_patterns(name)
        if call.search(text):
            return CALLED
        if mention.search(text):
            return EVERYONE if _YOU.search(text) else MENTIONED
    return _unnamed(text)


def _unnamed(text: str) -> float:
    if _ALL.search(text):
        return EVERYONE
    if _names_another(text):
        return SOMEBODY_ELSE
    if _YOU.search(text):
        return SECOND_PERSON
    return QUESTION if "?" in text else STATEMENT
