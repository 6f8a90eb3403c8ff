"""Facts that people state of themselves; precision goes before recall.

Only clauses that state something count: no question, no supposition, nothing denied, nothing that
somebody else says. Patterns start where the clause starts, so that "my sister likes jazz" is never
the speaker's taste; the names of those close are looked for anywhere in a stating clause.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from synthetic_soul.mind.interpretation import FactMention, LifeEvent
from synthetic_soul.nlu.facts import fact_readers as read
from synthetic_soul.nlu.facts.fact_values import (
    NO_MORE,
    Denial,
    Reader,
    Statement,
    capital_names,
    clean,
)
from synthetic_soul.nlu.facts.relations import (
    named_by_pronoun,
    named_together,
    people_and_pets,
    resolve_subject,
    topic_of_last_mention,
)
from synthetic_soul.nlu.life_events import ReportedEvent
from synthetic_soul.nlu.resources import compiled_ignorecase, join_lines, load
from synthetic_soul.nlu.text.sentences import Clause, Sentence
from synthetic_soul.nlu.text.vocabulary import CRAFTS

_AM = r"(?:i'm|i am|we're|we are)"
_SURE = join_lines(r"""
    (?: (?:really|absolutely|just|also|do|quite|truly|totally|still|always|even|so|fucking
    |kind of|sort of|actually|both|obviously|particularly|especially|secretly|generally|mostly
    |now)){0,3}
""")
_LIKE = r"(?:love|like|enjoy|adore|prefer|fancy)"
_REST = r"(?P<value>.+)$"
_OFTEN = r"(?: (?:also|really|sometimes|often|usually|mostly))?"
_CRAFT = "|".join(CRAFTS)

_FILE = load("facts")
_DIETS, _FOODS = (
    "|".join(_FILE.table("values").expressions(name, {})) for name in ("diets", "foods")
)

_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (compiled_ignorecase(pattern), reader)
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
_AM_NAME = compiled_ignorecase(r"""
    ^(?:i'm|i am|this is|it's me,?) (?P<value>[^\W\d_][\w'-]*(?: [\w'-]+){0,3})$
""")


def _pattern(name: str) -> re.Pattern[str]:
    return _FILE.table("statements").pattern(name, flags=re.IGNORECASE)


_OPENING, _CLOSING, _CORRECTION = map(_pattern, ("opening", "closing", "correction"))
_UNREAL, _WHEN, _SUPPOSITION = map(_pattern, ("unreal", "time_clause", "supposition"))
_GREETING, _LONG_AGO = map(_pattern, ("greeting", "long_ago"))
_LIST_START = compiled_ignorecase(r"""
    i (?:\w+ )?(?:love|like|enjoy|adore|hate|dislike|speak|play|don't like)\b
    |(?:i|we) have (?:two|three|four|five|\d) [\w-]+\b
""")
_INTRODUCTION = compiled_ignorecase(r"(?:i'm|i am) [A-Z][\w'-]+$|my name(?:'s| is) ")
_AND_A = compiled_ignorecase(r"(?:and )?an? [\w' -]+$")
_LIST_ITEM = compiled_ignorecase(r"""
    (?!(?:i|my|you|we|he|she|they|it)\b)[\w'-]+(?: [\w'-]+)?(?: (?:and|or) [\w'-]+(?: [\w'-]+)?)?$
""")
_NAME_AFTER_DENIAL = compiled_ignorecase(r"(?:it's|it is|i'm|i am) (?P<value>[^\W\d_][\w'-]*)$")
_CORRECTED_NAME = compiled_ignorecase(r"""
    ^(?:it's|it is|its|i'm|i am|my name's|my name is|that's|the name's
    |i said) (?P<value>[^\W\d_][\w'-]*),? (?:and )?not (?P<old>[^\W\d_][\w'-]*)$
""")


def extract_facts(
    sentences: Iterable[Sentence], events: Iterable[ReportedEvent] = (), *, before: str = ""
) -> tuple[FactMention, ...]:
    """Return the facts that the sentences state of their speaker, in order, each once.

    ``events`` are those that the sentences report; some leave a fact behind. ``before`` is the
    earlier text in which the one may be mentioned whom "her name" is about.
    """
    extraction = _Extraction(before=before)
    corrects = False
    for sentence in sentences:
        starts = bool(_CORRECTION.match(sentence.said))
        count = len(extraction.mentions)
        extraction.read(sentence, corrects=corrects or starts)
        # "No. My name is Bo." corrects; anything else said in between ends it.
        corrects = starts and len(extraction.mentions) == count
        extraction.denied.clear()
    return tuple(dict.fromkeys((*extraction.mentions.values(), *_facts_of_events(events))))


@dataclass(slots=True)
class _Extraction:
    """The facts found so far, and what the next clause may refer to."""

    before: str
    mentions: dict[tuple[str, str, bool], FactMention] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    """Topics just denied: what follows on them corrects."""
    last_mentioned: str = ""
    """The topic of the person or pet mentioned last, whom "her name" is about."""

    def read(self, sentence: Sentence, *, corrects: bool) -> None:
        """Add the facts of one sentence."""
        clauses = _stating_clauses(sentence.clauses)
        name = _corrected_name(clauses)
        if name:
            self._add(name, corrects=True)
            return
        greeted = bool(_GREETING.match(sentence.said))
        for clause in clauses:
            if _SUPPOSITION.match(clause):
                return
            if _UNREAL.search(clause) or _WHEN.match(clause):
                continue
            for statement in self._statements(clause, greeted=greeted):
                self._add(statement, corrects=corrects)
            self.last_mentioned = topic_of_last_mention(clause) or self.last_mentioned

    def _add(self, statement: Statement, *, corrects: bool) -> None:
        """Add a cleaned fact once; a certain one replaces a guess."""
        if isinstance(statement, Denial):
            self.denied.add(statement.topic)
            return
        topic, retracts = statement.topic, statement.retracts
        corrects = not retracts and (corrects or statement.corrects or topic in self.denied)
        fact = replace(statement, value=clean(statement.value), corrects=corrects)
        key = (topic, fact.value.lower(), retracts)
        known = self.mentions.get(key)
        # "I quit my job" retracts whatever work is known, without naming it.
        says_something = bool(fact.value) or (retracts and topic == "work")
        if says_something and (known is None or (fact.certain and not known.certain)):
            self.mentions[key] = fact
        if retracts:
            self.denied.add(topic)

    def _statements(self, clause: str, *, greeted: bool) -> Iterator[Statement]:
        match = _NAME_AFTER_DENIAL.match(clause)
        if "name" in self.denied and match and capital_names(match["value"]):
            yield FactMention("name", match["value"])
            return
        named = named_by_pronoun(clause, self.last_mentioned, self.before) or named_together(clause)
        if named:
            yield named
            return
        yield from _facts_of_speaker(clause, greeted=greeted)
        yield from people_and_pets(clause)


def _facts_of_speaker(clause: str, *, greeted: bool) -> Iterator[Statement]:
    """Yield what the first rule that applies reads in a clause without opening fillers.

    ``greeted``: the sentence begins with a greeting, so "I'm Bo" is an introduction.
    """
    text = _CLOSING.sub("", clause)
    for pattern, reader in _RULES:
        match = pattern.match(text)
        statements = list(reader(match)) if match else []
        if statements:
            yield from statements
            return
    match = _AM_NAME.match(text)
    name = read.maybe_name(match["value"], greeted=greeted) if match else None
    if name and not NO_MORE.search(text) and (greeted or capital_names(name.value)):
        yield name


def _corrected_name(clauses: list[str]) -> FactMention | None:
    """Read "no, it's Bo, not Bob": a corrected name, where the word "name" need not stand."""
    joined = ", ".join(clauses)
    match = _CORRECTED_NAME.match(joined)
    if not match or not capital_names(match["value"]) or not capital_names(match["old"]):
        return None
    return FactMention("name", match["value"], certain="name" in joined.lower())


def _stating_clauses(clauses: tuple[Clause, ...]) -> list[str]:
    """Return the stating clauses without opening fillers, the items of a list joined again."""
    stating: list[str] = []
    for clause in clauses:
        said = _OPENING.sub("", f"{clause.said} ").strip()
        if not clause.states or not said:
            continue
        if stating and _LIST_START.match(stating[-1]) and _LIST_ITEM.match(said):
            stating[-1] = f"{stating[-1]}, {said}"
        elif stating and _INTRODUCTION.match(stating[-1]) and _AND_A.match(said):
            stating.append(f"I'm {said.removeprefix('and ')}")
        else:
            stating.append(said)
    return stating


def _facts_of_events(events: Iterable[ReportedEvent]) -> Iterator[FactMention]:
    """Yield a fact for each death of somebody close to the speaker, and for a lost job.

    The topic is ``lost:`` and the topic of the person or pet ("lost:pet:dog"), or ``lost`` alone
    where only a name is known; ``late`` in place of ``lost`` after a death of long ago. The value
    is the name, else the kind. What was stated of them before stays: people still ask for it.
    """
    facts: dict[str, FactMention] = {}
    for event in events:
        if event.kind is LifeEvent.JOB_LOSS and event.subject == "I":
            facts["work"] = FactMention("work", "", retracts=True)
        if event.kind is not LifeEvent.DEATH or "'s " in event.subject:
            continue
        topic, name = resolve_subject(event.subject)
        if topic or name:
            since = "late" if _LONG_AGO.search(event.clause) else "lost"
            key = f"{since}:{topic}" if topic else since
            facts.setdefault(key, FactMention(key, name or topic.rpartition(":")[2]))
    yield from facts.values()
