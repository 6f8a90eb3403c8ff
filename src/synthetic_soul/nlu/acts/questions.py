"""Questions and requests: their kind, what they are about, and what is to be forgotten.

Patterns stand in ``data/questions.toml``.
"""

import re
from collections.abc import Iterable

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import Sentence, content_words, words_of
from synthetic_soul.nlu.text.vocabulary import FACT_TOPICS, PETS, RELATIONS, STOP_WORDS, THINGS

EVERYTHING = "*"
"""The topic of a question or request about all that is known of the speaker."""
_BEST_FRIEND = "bestfriend"
_LOOSE = ("tell me", "please tell me", "your ", "introduce", "describe ", "please describe ")
"""Beginnings of requests that ask like questions."""

_FILE = load("questions")
_QUESTIONS = _FILE.table("questions")
_REQUEST_TABLE = _FILE.table("requests")
_FORGET_TABLE = _FILE.table("forget")
_TOPIC_TABLE = _FILE.table("topics")


def _topic_rows(key: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    rows = _FILE.tables(key)
    return tuple((row.pattern("patterns"), tuple(row.texts("topics"))) for row in rows)


_ASKS_BACK, _ASKS_OPINION, _ASKS_MEMORY, _ASKS_FEELING, _ASKS_ABOUT_AGENT = (
    _QUESTIONS.table(name).pattern("patterns")
    for name in ("back", "opinion", "memory", "feeling", "about_agent")
)
_NOT_ABOUT_AGENT = _QUESTIONS.table("about_agent").pattern("exceptions")
_REQUESTS = _REQUEST_TABLE.pattern("patterns")
_NO_REQUESTS = _REQUEST_TABLE.pattern("exceptions")
_FORGET, _NO_FORGETTING, _FORGET_ALL, _FORGET_LAST, _FORGET_NOISE = (
    _FORGET_TABLE.pattern(name)
    for name in ("patterns", "exceptions", "everything", "last", "noise")
)
_VERB_TOPICS = _FORGET_TABLE.table("verb_topics").entries()
_FAVOURITE, _HOW_MANY, _MEMORY_NOISE = (
    _TOPIC_TABLE.pattern(name) for name in ("favourite", "how_many", "noise")
)
_USER_TOPICS = _topic_rows("about_user")
_AGENT_TOPICS = _topic_rows("about_agent")


def classify_question(
    sentence: Sentence, fact_topics: tuple[str, ...]
) -> tuple[Act | None, tuple[str, ...]]:
    """Return the kind of question or request that a sentence is, if any, and what it is about.

    ``fact_topics``: topics of facts stated in the same message, which "and you?" asks back.
    """
    plain = sentence.plain
    loose = sentence.asks or plain.startswith(_LOOSE)
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


def with_one_word_friends(text: str) -> str:
    """Return a lower-case text with "best friend" as one word, by which ``topic_of`` knows it."""
    return text.replace("best friend", _BEST_FRIEND)


def topics_in(text: str) -> tuple[str, ...]:
    """Return topics of facts and content words that ``text`` (lower case) is about, in order."""
    favourite = _FAVOURITE.search(text)
    if favourite and favourite[1] == "my":
        return (f"favourite:{canonical_thing(favourite[2])}",)
    topics: dict[str, None] = {}
    plain = with_one_word_friends(text)
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
    return (
        ()
        if _FORGET_LAST.search(rest) and not _FORGET_ALL.match(plain)
        else (topics_named(plain, rest))
    )


def topics_named(plain: str, rest: str) -> tuple[str, ...]:
    """Return the topics of facts and the words that the ``rest`` of a request names.

    ``plain`` is the whole request: it says whether everything is meant (``*``).
    """
    if _FORGET_ALL.match(plain):
        return (EVERYTHING,)
    text = _FORGET_NOISE.sub(" ", rest)
    verb_topics = ((topic,) for verb, topic in _VERB_TOPICS.items() if verb in rest)
    topics = topics_in(text) or next(verb_topics, ())
    # A word like "address" names a topic and also stands in what was said: both go.
    words = [word for word in words_of(text) if (topic := topic_of(word)) and topic in topics
             and not topic.endswith(word)]  # fmt: skip
    return (*topics, *(word for word in words if word not in topics))
