"""Questions and requests: their kind, what they are about, and what is to be forgotten."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.text.regex import compiled, compiled_any
from synthetic_soul.nlu.text.sentences import content_words, words_of
from synthetic_soul.nlu.text.vocabulary import FACT_TOPICS, PETS, RELATIONS, STOP_WORDS, THINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.nlu.text.sentences import Sentence

EVERYTHING = "*"
"""The topic of a question or request about all that is known of the speaker."""
_BEST_FRIEND = "bestfriend"

_USER_TOPICS = (
    (compiled(r"""
        \b(?:what is my name|who am i|my name\b.*\bremember|remember my name|know my name
        |what am i called)\b
    """), ("name",)),
    (compiled(r"\bhow old (?:am i|i am)\b|\bwhat is my age\b"), ("age",)),
    (compiled(r"\bwhen (?:is my birthday|was i born|i was born|my birthday is)\b"), ("birthday",)),
    (compiled(r"\bwhere (?:do i live|i live|am i living|i am living|is my home)\b"), ("home",)),
    (compiled(r"""
        \bwhere (?:am|do|did) i (?:come |grow up|originally )?(?:from|born)?\b(?= from|$|\?)
        |\bwhere was i born\b|\bwhere did i grow up\b
    """), ("origin",)),
    (compiled(r"""
        \bwhat do i do(?: for (?:a living|work))?\s*\?*$|\bwhere (?:do )?i work\b
        |\bwhat is my (?:job
        |work|profession|occupation)\b|\bwhat do i work (?:as|in)\b
    """),
     ("work",)),
    (compiled(r"\bwhat (?:do|am) i study(?:ing)?\b|\bwhere do i study\b"), ("study",)),
    (compiled(r"\bwhat (?:am i|i am) allergic\b|\bam i allergic\b"), ("allergy",)),
    (compiled(r"""
        \bwhat (?:(?:do|can|should) )?i (?:(?:can|do) )?(?:not )?eat\b|\bwhat (?:is|was) my diet\b
        |^(?:so |and )?(?:am i|do i eat)(?: a)? (?:vegan|vegetarian|veggie|meat|fish|pork)\b
    """), ("diet", "allergy")),
    (compiled(r"""
        \bwhat (?:is|was) (?:his|her|their|its) name\b|\bwhat (?:is|was) (?:he|she) called\b
    """), ("person:", "pet:")),
    (compiled(r"\b(?:what|which) languages? (?:do|can) i speak\b"), ("language",)),
    (compiled(r"""
        \bwhat (?:are|were) my plans\b|\b(?:where|what) am i (?:going|doing|planning)\b(?! to die)
        |\bwhere did i say i\b
    """), ("plan",)),
    (compiled(r"\bwhat (?:do|did) i (?:not like|hate|dislike)\b"), ("dislike",)),
    (compiled(r"\bwhat (?:else )?do i (?:like|love|enjoy)(?: doing| to do)?\s*\?*$"), ("like",)),
    (compiled(r"\bwhat (?:is|are) my hobb"), ("hobby",)),
)  # fmt: skip
_FAVOURITE = compiled(r"""
    \b(my|your) (?:\w+ )?favourite ((?:\w+ ){0,2}?\w+)(?=\s*(?:\?|$|called|again|is\b|are\b
    |was\b))
""")
_ASKS_MEMORY = compiled_any(r"""
    \b(?:do|can|did|will|could) you (?:still |even |actually |really )*(?:remember|recall
    |forget)\b|\b(?:what|how much|anything) (?:else )?(?:do|did|can) you (?:still )?(?:know
    |remember|recall|learn)\b(?: (?:about|of) (?:me|my|us)|\s*\?*$)|\bwhat have you learn(?:ed
    |t) about me\b|\bwhat (?:is|are|was|were) (?:the name of )?my\b(?! (?:problem|options
    |chances|fault|point))|\b(?:what|when|where|which) did i (?:tell|say|mention|just say)\b
    |\b(?:did|have) i (?:ever |already |not )*(?:tell|told|mention|mentioned)\b|\bwho am i\b
    |\bwho is my\b|\bwhere do i (?:live|work|study|come)\b|\bwhere (?:am|was) i (?:from|born
    |going)\b|\bhow old (?:am i|is my|are my)\b|\bwhen is my\b|\bwhen was i born\b
    |^(?:so |and |hey |but )?do i (?:like|own|live|work|speak|play|prefer|have (?:a|an|any
    |kids|pets))\b|\bwhat do i (?:do|like|love|hate|study|play|collect|work|have|dislike
    |not like)\b|\bwhat (?:do|can|should) i (?:not )?eat\b|^do i eat\b
    |\bwhat (?:is|was) (?:his|her|their|its) name\b|\bwhat (?:is|was) (?:he|she) called\b
    |\b(?:do|can) you know what i (?:eat|do|like)\b
    |^am i (?:a|an|vegan|vegetarian|veggie|allergic|married|from|single)\b(?! (?:bad|good
    |terrible|burden
    |horrible|failure|idiot|freak|weird|loser))|\bwhat am i (?:allergic|called|studying
    |learning|planning)\b|\bhow many (?:\w+ ){1,2}do i have\b
    |^(?:you )?(?:still )?remember (?:me|my|what|when|how|that)\b|\b(?:which
    |what) (?:\w+ ){1,2}do i (?:like|speak|play|have|own|live|drive)\b|\bhave you forgotten\b
    |\btell me (?:what|all|everything|anything)(?: that)? you (?:know|remember|have)\b
    |\bwhat do you have (?:on|about) me\b|\bdo you (?:still )?know (?:my|who i am|where i
    |how old i|what i|when my|the name of my)\b|\btell me (?:my name|about (?:me|myself)\b)
    |\bwhat is my\b|\bdo you know me\b
""")
_ASKS_FEELING = compiled_any(r"""
    \bhow (?:are|is) (?:you|things|we)\b(?! (?:called|able|going to|so|sure|different|made|not
    |both|related))|\bhow(?: do| are)? you feel(?:ing)?\b(?! about)|\bhow is (?:it going
    |it hanging|life|everything|your (?:day|evening|morning|night|week|mood|weekend))\b
    |\bhow have you been\b|\bhow was your (?:day|night|week|weekend|evening|morning|sleep)\b
    |^(?:hey |hi |so |and |but |oh )*(?:are )?you (?:doing |feeling |still |really |so
    |a bit |all |not )*
    (?:ok|okay|alright|all right|fine|sad|happy|angry|mad|upset|tired|well|good|lonely|bored
    |scared|hurt|excited|nervous|jealous|better|offended|cross|worried|annoyed|stressed
    |feeling)\b(?! (?:at\b|enough|with (?:maths|numbers))).{0,40}\?|^(?:are
    |is) you (?:still |really |so |feeling |doing |not )*(?:ok|okay|alright|sad|happy|angry
    |mad|upset)\b|\bare you (?:still )?(?:mad|angry|upset|cross) (?:at|with) me\b
    |^(?:so |hey |hi )*what is (?:up|wrong|the matter)\b(?! with (?:the|my|this|that|him|her))
    |\bdid (?:that|i) (?:hurt|upset|offend|scare) you\b|\bdo you feel (?:better|sad|happy
    |lonely|ok|okay|good|bad|hurt|alone|loved)\b|\bhow (?:do|did) (?:that|it) make you feel\b
    |\bwhat are you feeling\b|\bis everything (?:ok|okay|alright)\b
    |\bare (?:we|things) (?:still |all |really )*(?:ok|okay|good|fine|alright|cool|friends)\b
""")
_ASKS_OPINION = compiled_any(r"""
    \bwhat (?:do|would|did) you (?:think|make of|reckon|recommend|suggest|advise)\b
    |\bwhat (?:do|would) you (?:say|do if)\b|\bdo you (?:think|believe(?! in)|reckon|agree)\b
    |\bwhat should i\b|^(?:so |and )?should i\b|\b(?:your|any) (?:honest )?(?:opinion|thoughts
    |advice|views?)\b|\bhow do you feel about\b|\bwhat is your (?:opinion|take|view|thought
    |advice)\b|\bwould you (?:rather|say|recommend)\b|\bis it (?:ok|okay|normal|wrong|bad
    |weird|right|stupid) (?:to|that|if)\b|\bwhat is better\b|\bwhich (?:one )?(?:is|would be
    |do you think is) better\b|\bin your opinion\b|\bhow should i\b|\bam i (?:a |an )?(?:bad
    |good|terrible|horrible|weird|wrong|stupid|ugly)\b
""")
_ASKS_BACK = compiled_any(r"""
    ^(?:and |how about |what about |and what about |and how about )(?:you|yourself)\b[?!. ]*$
    |\b(?:and|how about|what about) (?:you|yours|yourself)\s*\?+$|, you\?+$|\bwhat is yours\?+$
    |^you\?+$|^(?:not (?:much|bad),? |(?:i am )?(?:good|fine|ok),? )(?:and )?you\b[?!. ]*$
""")
_ASKS_ABOUT_AGENT = compiled_any(r"""
    \b(?:what|how|when|where|who|which|why) (?:\w+ ){0,3}?(?:are|were|do|did|have|would|can
    |will|is) (?:you|your)\b|\b(?:what|who|when|where) (?:is|are|was|were) your\b
    |\bwhat you (?:doing|up to)\b|\bwhat (?:\w+ )?(?:makes|made|keeps|gets|scares|annoys) you\b
    |\bhappened to you\b
    |\bwhich (?:\w+ ){1,3}?do you\b|^(?:so |and |but |hey |hi |well |or |ok )*(?:do|did|are
    |were|have|had|is|was|does)(?: not)? (?:you|your)\b|\bwho are you\b|\btell me (?:about
    |more about|something about|a bit about|a little about|one thing about|your) ?(?:you\b
    |yourself|your|story|life)?|\bhow old are you\b|^your (?:name|age|favourite \w+)\?
    |\bif you could\b|\bintroduce yourself\b|^(?:what|where) about your\b|\bwould you (?:like
    |ever|want|love|date|marry)\b|\bcan you (?:cook|dance|swim|drive|speak|play)\b
""")
_NOT_ABOUT_AGENT = compiled_any(r"""
    \bwhat did you (?:say|mean)\b|\b(?:do|did) you (?:know (?:what|how|where|why|if|a|any|when
    |who|which|the|about|that)|have (?:any (?:idea|tips|advice)|the time|a (?:recipe|minute
    |moment|second))|mean|see (?:the|that|this)|hear (?:about|that|the)|mind)\b
    |\btell me (?:about|more about|something about) (?!you|your)
""")
_AGENT_TOPICS = (
    (compiled(r"\bhow old are you\b|\bwhat is your age\b|\byour age\b|\bwhen were you born\b"),
     ("age",)),
    (compiled(r"""
        \bwhat is your (?:first |last |full |real )?name\b|\bwho are you\b|^your name\?
        |\bwhat are you called\b|\bwhat (?:should|can|do) i call you\b
    """), ("name",)),
    (compiled(r"\bwhere (?:do|are) you (?:live|living|based)\b|\bwhere is your home\b"), ("home",)),
    (compiled(r"\bwhere (?:are|do|were) you (?:come )?(?:from|born|originally)\b"), ("origin",)),
    (compiled(r"""
        \bwhat do you do(?: for (?:a living|work))?\s*\?*$|\bwhat is your (?:job|work)\b
    """),
     ("work",)),
    (compiled(r"\bwhen is your birthday\b"), ("birthday",)),
    (compiled(r"\bwhat (?:are )?you (?:doing|up to)\b"), ("doing",)),
    (compiled(r"""
        \btell me (?:something |more |a bit |a little |one thing )?about (?:yourself
        |you\b)(?! (?:\w+ ))|\bintroduce yourself\b|\byour (?:life )?story\b
    """), ("story",)),
)  # fmt: skip
_REQUESTS = compiled_any(r"""
    ^(?:(?:hey|hi|so|and|ok|okay|now|then|well|please|just|yes|oh|sorry|wait|but)[, ]+)*(?:can
    |could|would|will) you (?:please |maybe |just |kindly |also )*(?!ever\b|even\b|believe
    |imagine|be\b)\w+|^(?:(?:hey|hi|so|and|ok|okay|now|then|please|just|yes|oh|go on
    |come on|haha|lol)[, ]+)*(?:tell|give|show|help|write|sing|explain|say|play|make|teach|read
    |describe|recommend|suggest|list|translate|find|remind|send|draw|talk|cheer|let us|stop
    |wait|listen|guess|ask|call me|keep|count|repeat|stay|continue|calm|distract|entertain
    |surprise|motivate|comfort|hug|sit|wish me|pick|choose|summari[sz]e|compare|define|try
    |do not (?:tell|say|call|talk|leave|go|do|be|ever|you))\b(?! (?:what|me about it|away
    |it out|(?:to you )?(?:later|soon|tomorrow)))|\bi (?:want|need|would like
    |would love) you to\b|\bi (?:really )?need (?:some )?(?:your )?(?:help|advice)\b
    |\b(?:could|would) (?:really )?use (?:some )?help\b|,? please[.!]*$|^let us\b
    |\bdo you want to (?:play|hear|talk|go|do)\b|\bcan i (?:ask|tell|have|get|talk|hear
    |share)\b|^help[!.]*$|\bi (?:want|would like) to hear\b|^remember (?:that|this|my|to|i)\b
    |^a joke\b
""")
_NO_REQUESTS = compiled_any(r"^(?:guess what|wait what|tell me about it|say what|let us see\b)")


_HOW_MANY = compiled(r"\bhow many ((?:\w+ ){1,2})do i have\b")
_MEMORY_NOISE = compiled(r"""
    \b(?:what|do|did|have|you|still|remember|recall|know|forget|forgotten|me|told|tell
    |said|last|conversation|talked|learn(?:ed|t)?|much)\b
""")

_FORGET = compiled(r"""
    ^(?:(?:hey|hi|so|and|ok|okay|now|then|well|please|just|actually|no|but|sorry
    |oh)[, ]+)*(?:(?:can|could|would|will) you (?:please |just )?|you (?:should|can|must
    |may) |i (?:want|need|would like) you to |i would prefer (?:if )?you )?(?:please )?
    (?:just )?(?:forget|erase|delete|wipe|unlearn|stop remembering|do not remember
    |remove)\b(?: all| everything| anything)?(?P<rest>.*)$
""")
_NO_FORGETTING = compiled(r"""
    ^\s*(?:it|about it|i said anything|to\b|you|me not|him|her|them|how|the (?:app
    |bot|game|file|message)|yourself|myself|sometimes|things|easily)?\s*[.!?…]*$|^ (?:it|to
    |you|yourself|him|her|them|how to)\b
""")
_FORGET_ALL = compiled(r"""
    ^(?:(?:forget|erase|delete|wipe) (?:it all|me|us)|.*\b(?:everything|anything
    |all)(?: (?:that )?(?:you (?:know|remember|have|learned|stored)|i (?:have )?(?:told|said
    |ever said)(?: to)?(?: you)?|we (?:talked|spoke) about|about (?:me|us|this)|of (?:it|this
    |me)|my (?:data|memories|details|information)|memories|the (?:things
    |facts)))*[^\w]*(?: (?:please|now|right now))?[^\w]*$|.*\bmy (?:data|memories|details
    |information)\b|.*\bwho i am\b|.*\bi (?:ever )?existed?\b|.*\babout (?:me|us)[^\w]*$)
""")
_FORGET_LAST = compiled(r"""
    \b(?:what|that|the (?:thing|last thing|part)) i (?:just |have just )?(?:said|told you
    |wrote)(?: (?:now|before|earlier|to you))?[.!]*$|^ (?:that|this|the last (?:thing|one|bit
    |message|part))(?: again| please| now)?[.!]*$
""")
_FORGET_NOISE = compiled(r"""
    \b(?:what|that|i|said|told|you|about|mentioned|like|love|hate|live|work|am|have|please
    |forget|the|thing|things|ever|know|remember|erase|delete|data|fact)\b
""")
_VERB_TOPICS = (
    ("live", "home"), ("work", "work"), ("am from", "origin"), ("old i am", "age"),
    ("i like", "like"), ("i hate", "dislike"),
)  # fmt: skip
"""Topics that a verb names: "forget where I live"."""


def classify_question(
    sentence: Sentence, fact_topics: tuple[str, ...]
) -> tuple[Act | None, tuple[str, ...]]:
    """Return the kind of question or request that a sentence is, if any, and what it is about.

    ``fact_topics``: topics of facts stated in the same message, which "and you?" asks back.
    """
    plain = sentence.plain
    loose = sentence.asks or plain.startswith(("tell me", "please tell me", "your ", "introduce"))
    back = plain.endswith(("you", "yourself")) and bool(_ASKS_BACK.search(plain))
    if loose or "opinion" in plain or back:
        act, about = _question_to_agent(sentence, fact_topics)
        if act:
            return act, about
    if not sentence.words:
        return None, ()
    if _REQUESTS.search(plain) and not _NO_REQUESTS.search(plain):
        return Act.REQUEST, content_words(sentence.words)
    return (Act.ASK, content_words(sentence.words)) if sentence.asks else (None, ())


def topics_to_forget(sentences: Iterable[Sentence]) -> tuple[bool, tuple[str, ...]]:
    """Return whether the speaker asks to forget, and the topics and words; ``*`` means all.

    Asked without naming anything ("forget what I just said"), the second is empty: the last
    thing said is meant.
    """
    asked = False
    topics: dict[str, None] = {}
    for sentence in sentences:
        plain = sentence.plain
        match = _FORGET.match(plain)
        if not match or (_NO_FORGETTING.search(match["rest"]) and not _FORGET_ALL.match(plain)):
            continue
        asked = True
        topics.update(dict.fromkeys(_forget_topics(plain, match["rest"])))
    return asked, (EVERYTHING,) if EVERYTHING in topics else tuple(topics)


def topic_of(word: str) -> str:
    """Return the topic of facts that ``word`` names, or an empty string."""
    if word == _BEST_FRIEND:
        return "person:best friend"
    if word in FACT_TOPICS:
        return FACT_TOPICS[word]
    for form in (word, word.removesuffix("s")):
        if form in RELATIONS:
            return f"person:{RELATIONS[form]}"
        if form in PETS:
            return f"pet:{PETS[form]}"
    return ""


def topics_in(text: str) -> tuple[str, ...]:
    """Return topics of facts and content words that ``text`` (lower case) is about, in order."""
    favourite = _FAVOURITE.search(text)
    if favourite and favourite[1] == "my":
        return (f"favourite:{canonical_thing(favourite[2])}",)
    topics: dict[str, None] = {}
    plain = text.replace("best friend", _BEST_FRIEND)
    for word in words_of(plain.replace("'s ", " ")):
        topic = topic_of(word)
        if topic or word not in STOP_WORDS:
            topics[topic or word] = None
    # In "my sister's name" the name asked for is the sister's.
    if any(topic.startswith(("person:", "pet:")) for topic in topics):
        topics.pop("name", None)
    return tuple(topics)


def canonical_thing(words: str) -> str:
    """Return one name for the spellings of a thing: "Movies" -> "film"."""
    return " ".join(THINGS.get(word, word) for word in words.lower().split())


def _question_to_agent(
    sentence: Sentence, fact_topics: tuple[str, ...]
) -> tuple[Act | None, tuple[str, ...]]:
    plain = sentence.plain
    if _ASKS_BACK.search(plain):
        return (Act.ASK_ABOUT_YOU, fact_topics[:1]) if fact_topics else (Act.ASK_FEELING, ())
    if _ASKS_OPINION.search(plain):
        return Act.ASK_OPINION, content_words(sentence.words)
    if _ASKS_MEMORY.search(plain):
        return Act.ASK_MEMORY, _topics_about_user(plain)
    if _ASKS_FEELING.search(plain):
        return Act.ASK_FEELING, ()
    if _ASKS_ABOUT_AGENT.search(plain) and not _NOT_ABOUT_AGENT.search(plain):
        return Act.ASK_ABOUT_YOU, _topics_about_agent(plain)
    return None, ()


def _topics_about_user(plain: str) -> tuple[str, ...]:
    for pattern, topics in _USER_TOPICS:
        if pattern.search(plain) and not re.search(r"\bmy \w+'s\b", plain):
            return topics
    counted = _HOW_MANY.search(plain)
    if counted:
        return (*topics_in(counted[1]), "possession")
    likes = re.search(r"\bdo i (?:really |still )?(like|love|hate)\b", plain)
    verb = {"like": "like", "love": "like", "hate": "dislike"}[likes[1]] if likes else ""
    about = topics_in(_MEMORY_NOISE.sub(" ", plain))
    about = tuple(topic for topic in about if topic not in ("like", "love", "hate"))
    return ((verb, *about) if verb else about) or (EVERYTHING,)


def _topics_about_agent(plain: str) -> tuple[str, ...]:
    favourite = _FAVOURITE.search(plain)
    if favourite and favourite[1] == "your":
        return (f"favourite {canonical_thing(favourite[2])}",)
    for pattern, topics in _AGENT_TOPICS:
        if pattern.search(plain):
            return topics
    liking = re.search(r"\byou (?:\w+ )?(like|love|hate|enjoy|prefer)\b", plain)
    verb = (liking[1],) if liking else ()
    return tuple(dict.fromkeys((*verb, *content_words(words_of(plain)))))


def _forget_topics(plain: str, rest: str) -> tuple[str, ...]:
    if _FORGET_ALL.match(plain):
        return (EVERYTHING,)
    if _FORGET_LAST.search(rest):
        return ()
    text = _FORGET_NOISE.sub(" ", rest)
    verb_topics = ((topic,) for verb, topic in _VERB_TOPICS if verb in rest)
    topics = topics_in(text) or next(verb_topics, ())
    # A word like "address" names a topic and also stands in what was said: both go.
    words = [word for word in words_of(text) if (topic := topic_of(word)) and topic in topics
             and not topic.endswith(word)]  # fmt: skip
    return (*topics, *(word for word in words if word not in topics))
