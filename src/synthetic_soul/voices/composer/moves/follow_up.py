"""What keeps a talk going: asides, what is remembered unasked, and questions of her own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from soulscript.text import stem
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.affect.grief import mentions_death
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.grammar import HOUR
from synthetic_soul.voices.composer.moves import react, recollect, self_disclosure
from synthetic_soul.voices.composer.situation import clean, mourned, weight_of

if TYPE_CHECKING:
    from synthetic_soul.voices.base import KnownFact
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_ASKED_AFTER: Final = ("pet", "person", "work", "study", "hobby", "home", "like")
_NEW_SESSION: Final = 12 * HOUR
_SINCE: Final = 3 * HOUR
_OLD: Final = HOUR
_STRANGER: Final = 6
_SHARE: Final = 0.55
_SHARE_BRIEF: Final = 0.4
_SHARE_ANSWERED: Final = 0.15
_SHARED: Final = 2
_GLOOM: Final = -0.2
_MAIN: Final = 4
_TELLING: Final = 5
_COMMON: Final = recollect.stems(
    "always again another around because being before better conversation doing everyone "
    "everything evening feeling first later learn little making morning never night nothing "
    "other people place pretty really right saying second should since something somewhere "
    "sometimes still talking think thought through today together tomorrow tonight under until "
    "watched watching waiting where which while whole without working world would write writing "
    "written yesterday"
)
_TROUBLE: Final = re.compile(
    r"(?i)\b(?P<whom>my (?:best |little |older |younger |old )?[\w-]+?)"
    r"(?: (?-i:[A-Z])[\w-]+)?(?:'s| is| was| has been"
    r"| got| has) (?:\w+ )?"
    r"(?:ill|sick|unwell|in (?:the )?hospital|poorly|hurt|injured|broke\w* (?:a|his|her|their)|"
    r"having (?:an )?operation|not (?:well|doing well|eating))\b"
)


def aside(scene: Situation, choose: PhraseSelector) -> str:
    """An opinion or a memory that what was said brings up, once."""
    if not scene.light or scene.brief.interpretation.valence < _GLOOM:
        return ""
    notes = scene.who.notes
    topic = _topic(scene)
    if topic and choose.unsaid(notes.opinions[topic]):
        return choose.say("aside.opinion", opinion=notes.opinions[topic])
    fresh = not (
        scene.brief.learned_facts or scene.brief.forgotten_facts or scene.does(Act.CORRECT)
    )
    line = recollect.best_line(scene, _content(scene), least=_SHARED)
    if (
        fresh
        and line
        and _quotable(scene, choose, line.text, line.at)
        and choose.chance("recall", 0.6)
    ):
        return recollect.quote(scene, choose, line, key="lead.recalled")
    wanted = {root for root in _content(scene) if len(root) >= _TELLING} - _COMMON
    for story in sorted(notes.stories):
        if wanted & recollect.own_stems(story) and choose.unsaid(story):
            if not choose.chance("story", 0.5):
                return ""
            choose.used.add(story)
            return choose.say("aside.story", story=story)
    return ""


def _topic(scene: Situation) -> str:
    """The opinion that what was said is really about: "I love tea" is not about love."""
    main = scene.brief.interpretation.topics[:_MAIN]
    if "love" in main and re.search(
        r"(?i)\b(?:i|we|you|he|she|they|really|just) love\b", scene.text
    ):
        main = tuple(word for word in main if word != "love")
    return self_disclosure.topic_of(scene.who.notes.opinions, " ".join(main))


def _content(scene: Situation) -> set[str]:
    return {stem(word) for word in scene.brief.interpretation.topics} & recollect.stems(scene.text)


def _quotable(scene: Situation, choose: PhraseSelector, text: str, at: int) -> bool:
    """Whether a line is old enough to be news again, and was not quoted before."""
    old = scene.brief.now - at >= _OLD and not (_weighs(text) or mentions_death(text))
    in_tail = any(line.text == text for line in scene.brief.recent_lines)
    words = grammar.quoted(text).casefold()
    return old and not in_tail and not any(words in said for said in choose.said)


def _weighs(text: str) -> bool:
    return weight_of(text) in {"danger", "death", "parting"}


def follow(  # noqa: PLR0911 - one return for each reason to ask or not
    scene: Situation, choose: PhraseSelector
) -> str:
    """A question of her own, where one is due; "" otherwise."""
    if scene.weight == "danger" and scene.brief.relationship.away >= _SINCE:
        return choose.say("follow.you")
    if scene.guarded or scene.tender or scene.does(*_NO_QUESTION):
        return ""
    mood = react.mood_of(scene.brief.interpretation.feelings)
    if (
        react.weary(scene)
        or scene.brief.interpretation.valence <= _GLOOM
        or (mood and mood not in react.GLAD)
    ):
        return ""
    missed = _after_absence(scene, choose)
    if missed:
        return missed
    if _nameless(scene, choose):
        return choose.say("ask.name")
    fresh = on_learned(scene, choose)
    if fresh:
        return fresh
    if scene.pressed or scene.bereaved or not choose.chance("follow", _share(scene)):
        return ""
    return _after_known(scene, choose) or _question(scene, choose)


def _share(scene: Situation) -> float:
    """How often a question of her own comes: rarely after an answer or another question."""
    if scene.does(*_ANSWERED):
        return _SHARE_ANSWERED
    share = _SHARE_BRIEF if scene.who.register.brief else _SHARE
    return share / 2 if scene.asked or scene.does(Act.TELL) else share


_NO_QUESTION: Final = (
    Act.FAREWELL, Act.INSULT, Act.THREATEN, Act.APOLOGISE, Act.BAD_NEWS, Act.FORGET,
)  # fmt: skip


_ANSWERED: Final = (
    Act.ASK, Act.REQUEST, Act.ASK_MEMORY, Act.ASK_ABOUT_YOU, Act.ASK_NATURE, Act.ASK_OPINION,
    Act.CORRECT,
)  # fmt: skip


def _nameless(scene: Situation, choose: PhraseSelector) -> bool:
    """Whether it is time to ask the name: early, politely, and not over and over."""
    known = scene.brief.person_name or scene.known("name")
    return (
        not known
        and scene.brief.relationship.messages <= _STRANGER
        and not choose.lately("ask.name", "recall.none.name", replies=30)
        and (scene.does(Act.GREET) or choose.chance("name?", 0.5))
    )


def _after_absence(scene: Situation, choose: PhraseSelector) -> str:
    """Ask after a plan or a trouble, when the person has been away."""
    away = scene.brief.relationship.away
    if away >= _SINCE and not choose.lately("follow.you", replies=8):
        lines = [line.text for line in scene.brief.recent_lines if not line.mine]
        if scene.bereaved or any(_weighs(text) for text in lines):
            return choose.say("follow.you")
    if away < _NEW_SESSION:
        return ""
    for line in (*reversed(scene.brief.recent_lines), *scene.brief.recalled_lines):
        match = None if line.mine else _TROUBLE.search(line.text)
        turned = grammar.turn(match["whom"]) if match else None
        name = _name_of(scene, turned) if turned else ""
        if turned and not mourned(scene.brief, turned, name):
            return choose.say("follow.trouble", whom=name or turned)
    plans = [fact for fact in scene.brief.known_facts if fact.topic == "plan"]
    for fact in sorted(plans, key=lambda fact: (-fact.at, fact.id)):
        value = clean(fact.value)
        asked = any(value.casefold() in said for said in choose.said)
        if scene.brief.now - fact.at >= fact_clauses.due(fact.value) and not asked:
            return choose.say("follow.plan", **fact_clauses.fields(fact))
    return ""


def _name_of(scene: Situation, turned: str) -> str:
    kind = turned.rsplit(" ", 1)[-1]
    fact = scene.known(f"pet:{kind}") or scene.known(f"person:{kind}")
    return fact_clauses.called(fact.value) if fact else ""


def on_learned(scene: Situation, choose: PhraseSelector) -> str:
    """A question about what was told just now."""
    if scene.pressed or not choose.chance("next", 0.7):
        return ""
    for fact in recollect.weighty(scene.brief.learned_facts)[:2]:
        root = fact.topic.partition(":")[0]
        asked = choose.say(f"next.{root}", **fact_clauses.fields(fact))
        if asked:
            return asked
    return ""


def _after_known(scene: Situation, choose: PhraseSelector) -> str:
    """Ask after somebody or something that was told some time ago."""
    due = [fact for fact in scene.brief.known_facts if _due(scene, choose, fact)]
    if not due or not choose.chance("known", 0.4):
        return ""
    fact = min(due, key=lambda fact: (_ASKED_AFTER.index(_root(fact)), fact.at, fact.id))
    return choose.say(f"follow.{_root(fact)}", **fact_clauses.fields(fact))


def _root(fact: KnownFact) -> str:
    return fact.topic.partition(":")[0]


def _due(scene: Situation, choose: PhraseSelector, fact: KnownFact) -> bool:
    root, _, kind = fact.topic.partition(":")
    if root not in _ASKED_AFTER or scene.brief.now - fact.at < _OLD:
        return False
    found = fact_clauses.fields(fact)
    if root in {"pet", "person"} and not {"called", "names"} & found.keys():
        return False
    if choose.lately(f"follow.{root}", f"next.{root}", replies=12):
        return False
    return not mourned(scene.brief, found.get("called", found.get("names", "")), kind)


def _question(scene: Situation, choose: PhraseSelector) -> str:
    """A question the soul likes to ask, while there are unasked ones; else a plain one."""
    fresh = [line for line in scene.who.notes.questions if choose.unsaid(line)]
    if not fresh or choose.chance("plain?", 0.25):
        return choose.say("follow.any")
    asked = choose.pick("question", fresh)
    turn = choose.say("aside.turn") if choose.chance("turn", 0.3) else ""
    # After a colon the question goes on in small letters.
    return f"{turn} {grammar.lowered(asked) if turn.endswith(':') else asked}".strip()
