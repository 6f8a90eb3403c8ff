"""Facts that people state of themselves and of those close to them; precision before recall.

A sentence is split into clauses. Of each clause it is decided whether it says that something is so
(a question, a supposition, a wish, a quotation and what somebody else says do not), whom it is
about, and which verb it has, in which tense, affirmed or denied. A frame of the verb then takes the
fact out of the words that follow (``data/fact_frames.toml``).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from synthetic_soul.mind.interpretation import FactMention, Hearsay, LifeEvent
from synthetic_soul.nlu.facts.clause_parts import UNREAL, Part, parts_of
from synthetic_soul.nlu.facts.corrections import corrections
from synthetic_soul.nlu.facts.fact_values import Denial, Statement, clean
from synthetic_soul.nlu.facts.member_facts import hearsay_of, member_at
from synthetic_soul.nlu.facts.predicates import of_person, of_self, of_thing
from synthetic_soul.nlu.facts.subjects import Company, company_of, mentions, somebody_called
from synthetic_soul.nlu.facts.topics import Subject, subject_of
from synthetic_soul.nlu.facts.verb_group import FORMS, REPORTING, VerbGroup, verb_group
from synthetic_soul.nlu.facts.word_tokens import joined, tokenise, without_quotes
from synthetic_soul.nlu.life_events import ReportedEvent
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import (
    Sentence,
    normalise,
    opens_question,
    segment,
    without_emoji,
)

_STATEMENTS = load("facts").table("statements")


def _pattern(name: str) -> re.Pattern[str]:
    return _STATEMENTS.pattern(name, flags=re.IGNORECASE)


_OPENING, _CLOSING, _CORRECTION = map(_pattern, ("opening", "closing", "correction"))
_UNREAL, _SUPPOSITION, _FICTION = map(_pattern, ("unreal", "supposition", "fiction"))
_GREETING, _LONG_AGO, _KIDDING, _NO_LONGER = map(
    _pattern, ("greeting", "long_ago", "kidding", "no_longer")
)
_LIVED = {"work": "worked", "home": "lived in", "study": "studied"}
"""What is told of oneself once it is over."""
_PLAYED = re.compile(r"(?<!\*)\*(?!\*)([^*\n]{1,300})\*(?!\*)")
_MAX_GREETING_CHARS = 40
_MAX_GESTURE_WORDS = 2
_MAX_PEOPLE_CHARS = 600


def extract_facts(
    sentences: Sequence[Sentence],
    events: Iterable[ReportedEvent] = (),
    *,
    before: str = "",
    previous: str = "",
) -> tuple[FactMention, ...]:
    """Return the facts that the sentences state, in order, each once.

    ``events`` are those that the sentences report; some leave a fact behind. ``before`` is the
    earlier text in which those may be mentioned whom "she" is about. ``previous`` is what the same
    person said just before, which "no, in May" corrects.
    """
    if _is_played(sentences):
        return ()
    just_met = len(previous) <= _MAX_GREETING_CHARS and bool(_GREETING.match(previous.strip()))
    reading = _Reading(before=before, greeted=just_met)
    corrects = False
    for sentence in sentences:
        starts = bool(_CORRECTION.match(sentence.said))
        count = len(reading.mentions)
        reading.read(sentence, corrects=corrects or starts)
        # "No. My name is Bo." corrects; anything else said in between ends it.
        corrects = starts and len(reading.mentions) == count
        reading.denied.clear()
    stated = list(reading.mentions.values())

    def earlier() -> list[FactMention]:
        pieces = segment(normalise(previous[-_MAX_PEOPLE_CHARS:])) if previous else ()
        return [*(extract_facts(pieces, before="") if pieces else ()), *stated]

    corrected = corrections(sentences, earlier, stated)
    return tuple(dict.fromkeys((*corrected, *_facts_of_events(events))))


def _is_played(sentences: Sequence[Sentence]) -> bool:
    """Return whether a message is a part in a play: actions between asterisks."""
    if not any("*" in sentence.said for sentence in sentences):
        return False
    text = " ".join(sentence.said for sentence in sentences)
    return any(len(match[1].split()) > _MAX_GESTURE_WORDS for match in _PLAYED.finditer(text))


def extract_hearsay(text: str, *, name: str, members: Collection[str]) -> tuple[Hearsay, ...]:
    """Return what a text states of those in a group who are called ``members``, each fact once.

    ``name`` is the agent's. Like ``interpret``, it reads the beginning of a long text.
    """
    if not members:
        return ()
    sentences = segment(normalise(text), name)
    if _is_played(sentences):
        return ()
    reading = _Reading(before="", members=frozenset(members))
    for sentence in sentences:
        reading.read(sentence, corrects=False)
    return tuple(dict.fromkeys(reading.heard))


@dataclass(slots=True)
class _Reading:
    """The facts found so far, and what the next clause may refer to.

    What is said of ``members`` is hearsay, and none of the speaker's facts.
    """

    before: str
    members: frozenset[str] = frozenset()
    heard: list[Hearsay] = field(default_factory=list)
    mentions: dict[tuple[str, str, bool], FactMention] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    """Topics just denied: what follows on them corrects."""
    company: Company = field(default_factory=Company)
    greeted: bool = False
    """Whether they have only just met, so that "I'm Bo" is an introduction."""
    quoting: bool = False
    intends: bool = False
    """Whether the clause before held an infinitive."""
    named: str = ""
    """The name that the clause before gave the speaker."""
    introduced: bool = False
    """Whether the people of ``before`` have been taken in."""

    def read(self, sentence: Sentence, *, corrects: bool) -> None:
        """Add the facts of one sentence."""
        said = sentence.said
        if '"' in said or self.quoting:
            said, self.quoting = without_quotes(said, inside=self.quoting)
        if "*" in said:
            said = _PLAYED.sub(" ", said)
        if _FICTION.search(said):
            return
        said = without_emoji(said)
        parts = parts_of(tokenise(said), said)
        greeted = self.greeted or bool(_GREETING.match(said))
        subject: Subject | None = None
        group: VerbGroup | None = None
        reports = False
        for number, part in enumerate(parts):
            bare = _without_opening(part)
            if bare is None:
                continue
            if _SUPPOSITION.match(bare.text()) or bare.opener in {"if", "unless", "whether"}:
                return
            if _KIDDING.match(bare.text()):
                self.mentions = {key: x for key, x in self.mentions.items() if x.retracts}
            if _NO_LONGER.match(bare.text()):
                self._end_last()
                continue
            asks = _is_question(bare, parts, number, asks=sentence.asks)
            is_stated = not (asks or reports or bare.opener in UNREAL)
            subject, group = self._read_part(
                bare, (subject, group), stated=is_stated, corrects=corrects, greeted=greeted
            )
            reports = _reports(bare, subject, group)

    def _read_part(
        self,
        part: Part,
        last: tuple[Subject | None, VerbGroup | None],
        *,
        stated: bool,
        corrects: bool,
        greeted: bool,
    ) -> tuple[Subject, VerbGroup | None]:
        self._seed()
        member = self.members and member_at(part, self.members, self.company)
        if member:
            if stated and not _UNREAL.search(part.text()):
                self.heard += hearsay_of(part, member)
            return Subject("other", 1), None
        subject = subject_of(part, self.company, last[0])
        group = verb_group(part.tokens, subject.end)
        is_apposition = group is None and _is_apposition(part, *last, named=self.named)
        if is_apposition and last[0] is not None:
            of = Subject("self", 0) if self.named else replace(last[0], end=0)
            subject, group = of, VerbGroup("be", 0)
        was_named, self.named = self.named, ""
        for statement in self._mentioned(part, subject, group, stated=stated):
            self._add(statement, corrects=corrects)
        # "I try to work and study": what is shared is the infinitive, which states nothing.
        shared = subject.end == 0 and part.opener in {"and", "or"} and self.intends
        is_shared = shared and group is not None and part.tokens[group.at].low == group.verb
        self.intends = _intends(part)
        if stated and not is_shared and not _UNREAL.search(part.text()):
            for statement in self._stated(part, subject, group, greeted=greeted):
                self._add(statement, corrects=corrects)
                if isinstance(statement, FactMention) and statement.topic == "name":
                    self.named = statement.value
                elif is_apposition and was_named:
                    self.named = was_named
                    if statement.topic in {"age", "origin"}:  # "I'm Jo, 41": that was a name
                        self._add(FactMention("name", was_named), corrects=corrects)
        return subject, group

    def _end_last(self) -> None:
        """Have what was stated last of the speaker be over: "well, I used to"."""
        stated = [key for key, each in self.mentions.items() if not each.retracts]
        if stated:
            over = self.mentions.pop(stated[-1])
            if verb := _LIVED.get(over.topic):
                self._add(FactMention("experience", f"{verb} {over.value}"), corrects=False)

    def _seed(self) -> None:
        """Take in the people of ``before``, at the first clause that may refer to them."""
        if self.introduced or not self.before:
            return
        self.introduced = True
        self.company.people = [*company_of(self.before).people, *self.company.people]

    def _mentioned(
        self, part: Part, subject: Subject, group: VerbGroup | None, *, stated: bool
    ) -> Iterator[Statement]:
        """Note everybody whom a clause mentions, and yield the names that it gives them."""
        for at, mention in mentions(part.tokens):
            who = mention.who
            theirs = mention.mine or _is_had(subject, group, at)
            if mention.names and theirs and stated and who.topic != "person:somebody":
                yield FactMention(who.topic, mention.names, certain=mention.certain)
            if mention.owns and mention.owned_name and stated:
                value = f"has a {mention.owns} called {mention.owned_name}"
                yield FactMention(who.key, value)
            if not (who.topic == "" and not who.name) or not mention.mine:
                self.company.add(who)

    def _stated(
        self, part: Part, subject: Subject, group: VerbGroup | None, *, greeted: bool
    ) -> Iterator[Statement]:
        kind = subject.kind
        if kind == "person" and "name" in self.denied and part.tokens[0].low == "it":
            kind = "other"  # "I'm not Dan, it's Daniel"
        match kind:
            case "self":
                yield from of_self(part, subject, group, greeted=greeted)
            case "person":
                yield from of_person(part, subject, group, self.company)
            case _:
                yield from of_thing(part, subject, group, denied=self.denied)

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
        says_something = bool(fact.value) or (retracts and topic in {"work", "home"})
        if says_something and (known is None or (fact.certain and not known.certain)):
            self.mentions[key] = fact
        if retracts:
            self.denied.add(topic)


def _intends(part: Part) -> bool:
    """Return whether a clause holds an infinitive: "to live", "trying to balance"."""
    return any(
        token.low == "to" and ("base" in FORMS.get(following.low, ()) or before.low in _INTENDING)
        for before, token, following in zip(
            part.tokens, part.tokens[1:], part.tokens[2:], strict=False
        )
    )


_NUMBERS = frozenset(load("fact_frames").table("grammar").words("numbers"))
_INTENDING = frozenset(load("fact_frames").table("grammar").words("intending"))


def _is_apposition(
    part: Part, subject: Subject | None, group: VerbGroup | None, *, named: str
) -> bool:
    """Return whether a clause goes on with what somebody is: "I'm Priya, a PhD student".

    What else introduces somebody follows a name: "I'm Priya, 27, from Pune".
    """
    introduces = group is not None and group.verb == "be" and not group.denied
    known = bool(named) or (subject is not None and subject.kind in {"self", "person"})
    low = part.tokens[0].low
    is_number = low.isdigit() or low.partition("-")[0] in _NUMBERS
    goes_on = bool(named) and (low == "from" or is_number)
    return introduces and known and (low in {"a", "an"} or goes_on)


def _is_had(subject: Subject, group: VerbGroup | None, at: int) -> bool:
    """Return whether somebody mentioned at a place is what the speaker has: "I have a dog …"."""
    has = group is not None and group.verb in {"have", "get", "adopt", "own", "keep"}
    return (
        subject.kind == "self" and has and group is not None and at >= group.end and not group.modal
    )


def _without_opening(part: Part) -> Part | None:
    """Return a clause without the fillers that it opens with; ``None`` where nothing is left."""
    text = part.text()
    match = _OPENING.match(f"{text} ")
    tokens = list(part.tokens)
    if match:
        begin = part.tokens[0].start + match.end()
        tokens = [token for token in tokens if token.start >= begin]
    if not tokens:
        return None
    closing = _CLOSING.search(text)
    if closing:
        limit = part.tokens[0].start + closing.start()
        tokens = [token for token in tokens if token.start < limit] or tokens
    return Part(part.opener, tokens, part.source)


def _is_question(part: Part, parts: Sequence[Part], number: int, *, asks: bool) -> bool:
    if opens_question(joined(list(part.tokens))):
        return True
    if not asks:
        return False
    return number == len(parts) - 1 or opens_question(joined(list(parts[0].tokens)))


def _reports(part: Part, subject: Subject, group: VerbGroup | None) -> bool:
    """Return whether the next clause is what somebody says."""
    last = part.tokens[-1].low
    return (
        group is not None
        and group.verb in REPORTING
        and subject.kind != "self"
        and len(part.tokens) - group.end <= 1
    ) or last in {"goes", "like"}


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
        who = somebody_called(event.subject)
        topic, name = who.topic, "" if who.name.isupper() else who.name
        if topic or name:
            since = "late" if _LONG_AGO.search(event.clause) else "lost"
            key = f"{since}:{topic}" if topic else since
            facts.setdefault(key, FactMention(key, name or topic.rpartition(":")[2]))
    yield from facts.values()
