"""Facts that people state of themselves; precision goes before recall.

Only clauses that state something count: no question, no supposition, nothing denied, nothing that
somebody else says. Patterns start where the clause starts, so that "my sister likes jazz" is never
the speaker's taste; the names of those close are looked for anywhere in a stating clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import FactMention, LifeEvent
from synthetic_soul.nlu.facts import fact_readers as read
from synthetic_soul.nlu.facts.fact_values import NO_MORE, Found, Reader, capital_names, clean
from synthetic_soul.nlu.facts.relations import (
    belongs,
    mentioned,
    named_after,
    people_and_pets,
    several_named,
)
from synthetic_soul.nlu.text.regex import compiled, wide
from synthetic_soul.nlu.text.vocabulary import CRAFTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from synthetic_soul.nlu.events.life_events import Event
    from synthetic_soul.nlu.text.sentences import Clause, Sentence

_AM = r"(?:i'm|i am|we're|we are)"
_SURE = wide(r"""
        (?: (?:really|absolutely|just|also|do|quite|truly|totally|still|always|even|so|fucking
        |kind of|sort of|actually|both|obviously|particularly|especially|secretly|generally|mostly
        |now)){0,3}
""")
_LIKE = r"(?:love|like|enjoy|adore|prefer|fancy)"
_REST = r"(?P<value>.+)$"
_OFTEN = r"(?: (?:also|really|sometimes|often|usually|mostly))?"
_CRAFT = "|".join(CRAFTS)

_DIETS = wide(r"""
    (?:vegan|vegetarian|veggie|pescatarian|pescetarian|flexitarian|c(?:o)?eliac
    |lactose[- ]intolerant|gluten[- ]intolerant|diabetic)
""")
"""What somebody is who does not eat everything."""
_FOODS = wide(r"""
    (?:meat|fish|pork|beef|dairy|gluten|eggs?|sugar|seafood|shellfish|nuts|wheat|bread|cheese|milk
    |chicken|animals|animal products|alcohol)
""")
"""What people leave out of their food, and say so."""

_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (compiled(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (rf"""
            ^(?:my (?:first |full |real |actual )?name(?:'s| is)|the name's|the name is
            |name's)(?P<no>n't| not)? (?:actually |really )?{_REST}
        """, read.named),
        (rf"^{_AM} (?:called|named) {_REST}", read.named),
        (rf"""
            ^(?:you can |please |everyone |people |my friends |friends |they |just |everybody )*
            (?:call|calls) me {_REST}
        """, read.called),
        (rf"^i go by {_REST}", read.called),
        (
            r"^(?:i'm|i am) (?P<value>(?-i:[^\W\d_a-z])[\w'-]+) from (?P<place>.+)$",
            read.introduced,
        ),
        (rf"""
            ^{_AM}(?: (?:just|already|only|now
            |almost))?(?P<turned> turning)? (?P<value>\d{{1,3}})(?: (?:years?(?: old)?|y/?o)
            | yo)?(?: (?:now|today|this year))?$
        """, read.age),
        (r"""
            ^i (?:just |recently |have )?(?P<turned>turned) (?P<value>\d{1,3})\b(?! (?:down|off|on
            |into|to|pages|minutes))
        """, read.age),
        (rf"^{_AM} (?:a|an) (?P<value>\d{{1,3}})[- ]years?[- ]old\b", read.age),
        (r"^my age is (?P<value>\d{1,3})$", read.age),
        (rf"^my birthday(?:'s| is)(?: on| in)? {_REST}", read.birth),
        (rf"^i was born (?P<place>in|on|at)? ?{_REST}", read.birth),
        (rf"""
            ^(?:i|we)(?P<no> no longer| don't| do not)?(?: (?:still|now|currently|both
            |live and))? (?:live|living|reside) (?=in|at|on|near|by|just|outside
            |close)(?:in |at )?{_REST}
        """,
         read.place("home")),
        (rf"""
            ^(?:{_AM})(?P<no> not| no longer)?(?: (?:now|currently))? (?:living|based) (?:in|near
            |at) {_REST}
        """, read.place("home")),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: just
            | recently)? (?P<moved>moved) (?:back )?to (?P<value>(?:a |the |my )?[^\W\d_].*)$
        """, read.moved),
        (rf"""
            ^(?:i'm|i am|i come)(?P<no> not)?(?: (?:originally
            |actually))?(?: (?:come))? from {_REST}
        """,
         read.place("origin")),
        (rf"^i grew up in {_REST}", read.place("origin")),
        (r"^i'm (?:half )?(?P<value>\w+)$", read.nation),
        (r"^i am (?:half )?(?P<value>\w+)$", read.nation),
        (rf"""
            ^(?:i|we)(?P<no> no longer| don't| do not)?(?: (?:now|still|currently
            |mostly))? work (?:part[- ]time |full[- ]time |\w+ shifts )?(?P<where>as|at|in|for|with
            |on) {_REST}
        """, read.work),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?(?: (?:now|currently))? (?:working
            |employed) (?P<where>as|at|in|for) {_REST}
        """, read.work),
        (r"^my (?:job|profession|occupation|work) is (?P<value>(?:a|an|to|being|in|at) .+)$",
         read.work),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: just| finally| recently)? (?P<verb>quit|left|lost
            |resigned from) (?:my|our) (?:\w+ )?jobs?\b
        """, read.quits),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?{_SURE} (?:a (?:strict )?)?(?P<value>{_DIETS})
            (?P<more> any ?more)?(?: (?:now|actually|by the way|these days|since|for|too|as)\b.*)?$
        """, read.diet),
        (rf"""
            ^(?:i|we){_SURE} (?:don't|do not|can't|can not|no longer|never|stopped|gave up)
            (?: eat| eating)? (?P<value>(?:any |red )?(?:{_FOODS})(?:(?:,| or|,? and) (?:\w+ )?
            (?:{_FOODS}))*)\b(?P<more> any ?more)?$
        """, read.avoids),
        (r"""
            ^(?:i|we)(?: only| mostly| always)? eat (?P<value>halal|kosher|plant[- ]based|vegan
            |vegetarian|gluten[- ]free)\b
        """, read.plain("diet")),
        (r"^as (?P<no>(?!.))?(?P<value>(?:a|an) .+)$", read.am_a),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?(?: (?:just|now|still|only|currently|actually
            |also))? (?P<value>(?:a|an) .+)$
        """, read.am_a),
        (rf"^i(?P<no> used to) be {_REST}", read.am_a),
        (rf"^i used to (?P<verb>live|work|study|play) {_REST}", read.once),
        (
            r"""
                ^i(?:'m| am)(?: (?:now|already|still|currently))? (?P<value>retired|unemployed
                |self[- ]employed|between jobs|freelancing|on parental leave)$
            """,
            read.plain("work"),
        ),
        (rf"^(?:i study|{_AM} studying|i major in|{_AM} majoring in) {_REST}", read.study),
        (rf"^i (?:can )?(?:also )?speak {_REST}", read.speak),
        (r"^my (?:native|first|mother) (?:language|tongue) is (?P<value>\w+)", read.speak),
        (rf"^(?:{_AM}|i've been|i started)(?: (?:also|still|currently))? learning {_REST}",
         read.learn),
        (rf"^{_AM} (?:very |really |quite |badly |deadly |severely )?allergic to {_REST}",
         read.plain("allergy")),
        (r"^i(?:'ve got| have) an? (?:severe |bad |mild )?(?P<value>\w+(?: \w+)?) allergy",
         read.plain("allergy")),
        (rf"^i{_SURE} {_LIKE} {_REST}", read.liked("like")),
        (rf"""
            ^{_AM}{_SURE} (?:a (?:big |huge )?fan of|into|fond of|keen on|crazy about
            |obsessed with) {_REST}
        """, read.liked("like")),
        (rf"^i{_SURE} (?:don't|do not){_SURE} (?:like|love|enjoy) {_REST}", read.liked("dislike")),
        (rf"""
            ^i{_SURE} (?:hate|dislike|detest|despise|loathe|can't stand|can not stand
            |can't bear) {_REST}
        """, read.liked("dislike")),
        (rf"^{_AM} not{_SURE} (?:a (?:big |huge )?fan of|into|fond of|keen on) {_REST}",
         read.liked("dislike")),
        (rf"^i no longer (?P<verb>like|love|enjoy|hate|dislike) {_REST}", read.no_longer_like),
        (rf"^i (?:don't|do not) (?:hate|dislike|mind) {_REST}", read.not_hate),
        (rf"""
            ^my (?:all[- ]time )?favourite (?P<thing>(?:\w+ ){{0,2}}?\w+)(?:'s| is| are
            |'re) {_REST}
        """,
         read.favourite),
        (r"""
            ^(?P<value>(?!my |it|this|that|what|your )[\w' -]{2,60}?) (?:is
            |are) (?:definitely |probably )?my (?:all[- ]time )?favourite (?P<thing>\w+(?: \w+)?)$
        """, read.favourite),
        (rf"^my (?:(?:main|favourite|biggest) )?hobb(?:y|ies) (?:is|are) {_REST}",
         read.plain("hobby")),
        (rf"^i{_SURE} play {_REST}", read.play),
        (rf"^i{_OFTEN} (?P<verb>{_CRAFT}) {_REST}", read.craft),
        (rf"""
            ^{_AM}(?: (?:also|finally|actually|probably|just))? (?P<verb>going|moving|flying
            |travelling|traveling|visiting|starting|leaving|meeting|getting|taking|running
            |having|seeing|throwing|driving|hosting) {_REST}
        """, read.going),
        (rf"^(?:{_AM} (?P<verb>planning|hoping)|i (?:plan|hope)) to {_REST}", read.planned),
        (rf"^my plan is to {_REST}", read.planned),
        (rf"^(?:i'll|i will|we'll|we will) (?!not|never|be\b){_REST}", read.will),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: got| have)? (?P<value>(?:a|an|my|the) (?:\w+ ){0,2}?(?:exam
            |test|interview|appointment|date|meeting|wedding|concert|presentation|operation
            |surgery|flight|party|trip|holiday|driving test|audition|deadline|race|match|gig
            |recital)\b.*)$
        """,
         read.having),
        (r"""
            ^my (?P<value>(?:\w+ ){0,2}?(?:exam|test|interview|appointment|wedding|concert
            |operation|surgery|flight|audition|deadline|recital|presentation|driving test)) (?:is
            |'s) (?P<when>.+)$
        """, read.fixed),
        (r"""
            ^(?:i|we)(?:'ve| have| just)? (?:have|got|own|bought)(?: got| just)? (?P<value>(?:a|an
            |one|two|three|four|five|six|\d+|twin) .+)$
        """, read.own),
        (r"^(?:i've|we've) (?P<value>(?:a|an|one|two|three|four|five|six|\d) .+)$", read.own),
        (r"^(?:i|we) (?:just |have )?sold (?:my|our|the) (?P<value>[\w -]{1,40})$", read.sold),
        (rf"""
            ^i(?:'ve| have)(?: (?:already|also|once))? (?P<verb>been|visited|climbed|lived|run
            |seen|met|written) {_REST}
        """, read.been),
    )
)  # fmt: skip
_AM_NAME = compiled(r"""
    ^(?:i'm|i am|this is|it's me,?) (?P<value>[^\W\d_][\w'-]*(?: [\w'-]+){0,3})$
""",
                      re.IGNORECASE)  # fmt: skip
_FILLED = compiled(r"\s(?:and you|how about you|nice to meet you)$", re.IGNORECASE)


def facts_in(said: str, *, greeted: bool) -> Iterator[Found]:
    """Yield the facts of one stating clause, as written and without opening fillers.

    ``greeted``: the clause began with a greeting, so "I'm Bo" is an introduction.
    """
    text = _FILLED.sub("", said)
    for pattern, reader in _RULES:
        match = pattern.match(text)
        if match:
            found = list(reader(match))
            if found:
                yield from found
                return
    match = _AM_NAME.match(text)
    name = read.maybe_name(match["value"], greeted=greeted) if match else None
    if name and not NO_MORE.search(text) and (greeted or capital_names(name.value)):
        yield name


_UNREAL = compiled(
    r"""
        \b(?:if|imagine|suppose|pretend|what if|wish|hypothetically|let's say|as if|dreamt|dreamed
        |role ?play|unless|in case|just kidding|would|wouldn't|maybe someday|not true that)\b
        |\b(?:i|i'd) (?:had a dream|used to think)\b|\bin (?:the|a|this|that|my) (?:\w+ )?(?:film
        |movie|book|novel|game|story|dream|song|series)\b|\b(?:my|the|her
        |his) (?:\w+ )?character\b
    """,
    re.IGNORECASE,
)
_SUPPOSING = compiled(
    r"^(?:if|imagine|suppose|pretend|let's (?:say|pretend)|what if|hypothetically)\b", re.IGNORECASE
)
_WHEN = compiled(r"^(?:when|while|before|after|until|since|whenever)\b", re.IGNORECASE)
_CORRECTING = compiled(
    r"""
        ^(?:(?:oh|no|nope|sorry|wait|well|hm+|hey|but|um|er)[,.!]* )*(?:actually
        |i meant(?: to say)?|correction|i mean|no[,.!]|no$|nope[,.]|wrong[,.]|that's (?:not right
        |wrong))(?=[\s,:.!]|$)
    """,
    re.IGNORECASE,
)
_LEAD = compiled(
    r"""
        ^(?:(?:hi|hey|hello|hiya|well|oh|so|and|but|by the way|also|actually|yes|yeah|yep|no|nope
        |sorry|i mean|i meant|honestly|to be honest|guess what|you know|listen|look|ok|okay|anyway
        |um|uh|er|then|plus|good morning|good evening|nice to meet you|hi there|correction|wait
        |fun fact|in fact|personally|because|as you know|for me|these days|nowadays|currently
        |thanks|thank you|right now|now|please|just|i think|i guess|did i mention
        |remember(?: that)?|i told you(?: that)?|i said(?: that)?|the thing is|cool|nice|great
        |sure|haha|lol|today|good question|of course|oh my god)(?=[\s,.!:])[\s,!.:]*+){1,5}
    """,
    re.IGNORECASE,
)
_GREETING = compiled(r"h(?:i|ey|ello|iya)\b|good (?:morning|evening)\b", re.IGNORECASE)
_LISTING = compiled(
    r"""
        i (?:\w+ )?(?:love|like|enjoy|adore|hate|dislike|speak|play|don't like)\b
        |(?:i|we) have (?:two|three|four|five|\d) [\w-]+\b
    """,
    re.IGNORECASE,
)
_INTRODUCED = compiled(r"(?:i'm|i am) [A-Z][\w'-]+$|my name(?:'s| is) ", re.IGNORECASE)
_ALSO_A = compiled(r"(?:and )?an? [\w' -]+$", re.IGNORECASE)
_LISTED = compiled(r"""
    (?!(?:i|my|you|we|he|she|they|it)\b)[\w'-]+(?: [\w'-]+)?(?: (?:and|or) [\w'-]+(?: [\w'-]+)?)?$
""", re.IGNORECASE)  # fmt: skip
_IT_IS = compiled(r"(?:it's|it is|i'm|i am) (?P<value>[^\W\d_][\w'-]*)$", re.IGNORECASE)
_NOT_THIS = compiled(
    r"""
        ^(?:it's|it is|its|i'm|i am|my name's|my name is|that's|the name's
        |i said) (?P<value>[^\W\d_][\w'-]*),? (?:and )?not (?P<old>[^\W\d_][\w'-]*)$
    """,
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Teller:
    """What has been told so far, and what the next clause may refer to."""

    told: dict[tuple[str, str, bool], FactMention] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    """Topics just said not to be so: what follows on them corrects."""
    of_whom: str = ""
    """The topic of the one last mentioned, whom "her name" is about."""
    before: str = ""
    """What was said before, should nobody be mentioned."""

    def keep(self, fact: Found, *, corrects: bool) -> None:
        """Clean a fact and keep it, once; a certain one replaces a guess."""
        if fact.denied:
            self.denied.add(fact.topic)
            return
        value = clean(fact.value)
        renews = not fact.retracts and (corrects or fact.renews or fact.topic in self.denied)
        key = (fact.topic, value.lower(), fact.retracts)
        known = self.told.get(key)
        # "I quit my job" takes back whatever work is known, without naming it.
        kept = bool(value) or (fact.retracts and fact.topic == "work")
        if kept and (known is None or (fact.certain and not known.certain)):
            self.told[key] = FactMention(fact.topic, value, fact.certain, fact.retracts, renews)
        if fact.retracts:
            self.denied.add(fact.topic)


def _corrected_name(stated: list[str]) -> Found | None:
    """Read "no, it's Bo, not Bob": a name put right where the word name need not stand."""
    joined = ", ".join(stated)
    match = _NOT_THIS.match(joined)
    if not match or not capital_names(match["value"]) or not capital_names(match["old"]):
        return None
    return Found("name", match["value"], certain="name" in joined.lower(), renews=True)


def _stated(clauses: tuple[Clause, ...]) -> list[str]:
    """Return the stating clauses without fillers, the parts of a list of tastes joined again."""
    found: list[str] = []
    for clause in clauses:
        said = _LEAD.sub("", f"{clause.said} ").strip()
        if not clause.states or not said:
            continue
        if found and _LISTING.match(found[-1]) and _LISTED.match(said):
            found[-1] = f"{found[-1]}, {said}"
        elif found and _INTRODUCED.match(found[-1]) and _ALSO_A.match(said):
            found.append(f"I'm {said.removeprefix('and ')}")
        else:
            found.append(said)
    return found


def _in_clause(teller: _Teller, said: str, *, greeted: bool) -> Iterator[Found]:
    right = _IT_IS.match(said)
    if "name" in teller.denied and right and capital_names(right["value"]):
        yield Found("name", right["value"])
        return
    theirs = named_after(said, teller.of_whom, teller.before)
    if theirs:
        yield theirs
        return
    several = several_named(said)
    if several:
        yield several
        return
    yield from facts_in(said, greeted=greeted)
    yield from people_and_pets(said)


def _read_sentence(teller: _Teller, sentence: Sentence, *, corrects: bool) -> None:
    stated = _stated(sentence.clauses)
    put_right = _corrected_name(stated)
    if put_right:
        teller.keep(put_right, corrects=True)
        return
    greeted = bool(_GREETING.match(sentence.said))
    for said in stated:
        if _SUPPOSING.match(said):
            return
        if _UNREAL.search(said) or _WHEN.match(said):
            continue
        for fact in _in_clause(teller, said, greeted=greeted):
            teller.keep(fact, corrects=corrects)
        teller.of_whom = mentioned(said) or teller.of_whom


def read_telling(parts: Iterable[Sentence], before: str = "") -> tuple[FactMention, ...]:
    """Return the facts that the sentences tell of their speaker, in order, each once.

    ``before``: what was said just before, where the one may stand whom "her name" is about.
    """
    teller = _Teller(before=before)
    corrects = False
    for sentence in parts:
        starts = bool(_CORRECTING.match(sentence.said))
        held = len(teller.told)
        _read_sentence(teller, sentence, corrects=corrects or starts)
        # "No. My name is Bo." corrects; anything else said in between ends it.
        corrects = starts and len(teller.told) == held
        teller.denied.clear()
    return tuple(teller.told.values())


_LONG_AGO = compiled(
    r"""
        \b(?:years?|months|ages|decades?|long) ago\b|\b(?:last (?:year|summer|winter|spring|autumn)
        |in (?:19|20)\d\d|back in|when i was|as a (?:child|kid)|years before)\b
    """,
    re.IGNORECASE,
)


def losses(events: Iterable[Event]) -> tuple[FactMention, ...]:
    """Return a fact for each one of the speaker's whose death is told.

    The topic is ``lost:`` and the topic under which the one is kept ("lost:pet:dog"), or ``lost``
    alone where only a name is said; ``late`` instead of ``lost`` after a death of long ago. The
    value is the name, else the kind. What was told of them before stays: it is still asked for.
    Whoever lost a job has no such work any more.
    """
    found: dict[str, FactMention] = {}
    for event in events:
        if event.happening is LifeEvent.JOB_LOSS and event.whom == "I":
            found["work"] = FactMention("work", "", retracts=True)
        if event.happening is not LifeEvent.DEATH or "'s " in event.whom:
            continue
        topic, name = belongs(event.whom)
        if topic or name:
            since = "late" if _LONG_AGO.search(event.what) else "lost"
            key = f"{since}:{topic}" if topic else since
            found.setdefault(key, FactMention(key, name or topic.rpartition(":")[2]))
    return tuple(found.values())
