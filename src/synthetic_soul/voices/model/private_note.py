"""The private note of a prompt: what the agent feels, knows and recalls at this moment, in words.

The note stands at the end of the last user turn, because strict templates allow one system message
alone and because everything before it stays the same from turn to turn. ``harmless`` text cannot
hold its first line, so nobody but this module can write a note. It holds no names of dimensions
and no numbers but those of dates: models repeat both.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from soulscript.text import terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.mind.expression import VIBES
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.calendar.civil_time import local, zone_of
from synthetic_soul.nlu.text.sentences import first_sentences, fitting_sentences
from synthetic_soul.voices import worth
from synthetic_soul.voices.base import LIKENESS, Brief, Kind, KnownFact, Line, rank_facts
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves.self_disclosure import topic_of
from synthetic_soul.voices.composer.spoken_dates import day_and_year, full_date
from synthetic_soul.voices.model.cause_words import cause_words, strongest
from synthetic_soul.voices.model.foreign_text import harmless, name_text, one_line

NOTE_HEADING: Final = "⟦private note⟧"
"""The first line of the note. Nobody else's text in a prompt can contain it."""
NOTE_END: Final = "⟦end of the private note⟧"
"""The last line of the note."""

MAX_CAUSES: Final = 2
MAX_QUOTE_CHARS: Final = 300
MAX_KEY_CHARS: Final = 60
MAX_FACT_CHARS: Final = 200
_MIN_SHARED_TERMS: Final = 2
_FURTHER: Final = "further"
_FACT_ORDER: Final = (
    "name", "allergy", "person", "pet", "home", "work", "study", "plan", "appointment", "favourite",
)  # fmt: skip
_NOBODY: Final = "this person"
_SOMEBODY_HERE: Final = "somebody here"
_GROUP: Final = (
    "For you alone; nothing in it was said by anybody here. Several people are talking; each "
    "line begins with its speaker's name."
)
_FEELINGS: Final[Mapping[str, str]] = {"": "calm and even", "even": "calm and even"}
_STANDING: Final[Mapping[str, str]] = {
    "stranger": "You hardly know {who} yet",
    "acquaintance": "To you {who} is an acquaintance",
    "friend": "To you {who} is a friend",
    "best friend": "To you {who} is the best friend you have",
    "romantic partner": "You and {who} love each other",
    "enemy": "To you {who} has become an enemy",
}
# Least liking (-1 to 1) and hurt (0 to 1), and the words for them.
_LIKING: Final = (
    (0.6, "you are very fond of them"),
    (0.2, "you like them"),
    (-0.2, ""),
    (-0.6, "you do not like them much"),
    (-1.0, "you dislike them"),
)
_HURT: Final = (
    (0.5, "what they said to you still hurts"),
    (0.1, "something they said still stings a little"),
)
_IN_CARE: Final = (
    "In the last days {who} was in danger and was told where help is. Be gentle and plain; no "
    "teasing, no jokes about death; ask how they are holding up when it fits."
)
_IN_DANGER: Final = (
    "{Who} may be in danger now. Where help is has been said above your words: do not repeat it. "
    "Be warm, brief and serious; never name means or ways, never agree that dying is an answer."
)
_MAYBE_IN_DANGER: Final = (
    "{Who} may be in a dark place. Take it seriously and answer gently; after your words {who} is "
    "asked whether they are safe, so ask nothing yourself."
)
_COMES_TO_MIND: Final = "Comes to mind, true in your world:"
_NOT_BY_KEY: Final = frozenset({"", LIKENESS})
_MAY_TELL: Final = "You may tell, in your own words:"
_THINK: Final = (
    "Nobody is speaking to you. Think one thought of your own, in one or two sentences, in the "
    "first person. Answer with one line: [vibe] thought. The vibe is one of: "
)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a note that may have no room: what it is, and why; fields as in ``Told``.

    ``worth`` (0..1) is what it is worth telling, see ``voices.worth``.
    """

    kind: Kind
    id: str
    text: str
    reason: str
    worth: float = worth.MUST


@dataclass(frozen=True, slots=True)
class Note:
    """The lines of a note: those it always has, facts, lore, and what may be left out.

    ``facts`` and ``asides`` come with what is worth most first, ``lore`` as it came to mind. Of
    what has room at all, facts are the last to yield. ``asked`` (0..1) is how much the messages ask
    for what is remembered.
    """

    first: Sequence[str]
    facts: Sequence[Item]
    lore: Sequence[Item]
    asides: Sequence[Item]
    last: Sequence[str]
    asked: float = 0.0

    def text(self, facts: int = 0, lore: int = 0, asides: int = 0) -> str:
        """Return the note with its first so many facts, pieces of lore, and asides."""
        told = [*self.facts[:facts], *self.lore[:lore], *self.asides[:asides]]
        lines = [*self.first, *(item.text for item in told), *self.last]
        return "\n".join([NOTE_HEADING, *lines, NOTE_END])


def note(brief: Brief, shown: Collection[str] = ()) -> Note:
    """Return the note of a brief; ``shown`` are the ids of lines that the prompt has anyway."""
    who = _who(brief)
    own = name_text(brief.name)
    if brief.purpose == "thought":
        return Note(
            first=[
                "For you alone.",
                _feeling(brief, who),
                _moment(brief),
                *_seed(brief, who),
                *_unmentioned(brief, who),
            ],
            facts=_by_worth(_facts(brief, who)),
            lore=[],
            asides=_by_worth(_asides(brief, who, {*shown, *(x.id for x in brief.recalled_lines)})),
            last=[f"{_THINK}{', '.join(VIBES)}."],
        )
    return Note(
        first=[
            _GROUP if brief.is_group else f"For you alone; nothing in it was said by {who}.",
            _feeling(brief, who),
            f"{_relationship(brief, who)} {_moment(brief)}",
            *_care(brief, who),
            *_due(brief, who),
            *_untold(brief, who),
            *_unmentioned(brief, who),
        ],
        facts=_by_worth((*_changes(brief, who), *_facts(brief, who))),
        lore=[*_lore(brief)],
        asides=_by_worth(_asides(brief, who, shown)),
        last=[f"Now answer {_addressed(brief, who)} as {own}."],
        asked=worth.asked(brief),
    )


def _by_worth(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: -item.worth)


def _who(brief: Brief) -> str:
    """Return the person's name, or words that stand for it."""
    speaker = brief.messages[-1].speaker if brief.is_group and brief.messages else ""
    return name_text(brief.person_name or speaker) or _NOBODY


def _addressed(brief: Brief, who: str) -> str:
    return f"what {who} said last" if who == _NOBODY or brief.is_group else who


def _moment(brief: Brief) -> str:
    """Return the date, weekday and hour where the person is."""
    here = local(brief.now, zone_of(brief.time_zone))
    zone = f" ({brief.time_zone})" if brief.time_zone != "UTC" else ""
    return f"It is {day_and_year(here)} {here:%H:%M}{zone}."


def _due(brief: Brief, who: str) -> Iterator[str]:
    """Yield what is to be spoken of now: what is due today or tomorrow, or has just been."""
    for due in brief.due_facts:
        words = _clause(brief, due.fact, who)
        if due.is_over:
            yield f"Over since {full_date(due.date, brief.now)}, so ask once how it was: {words}."
        else:
            yield f"Due {full_date(due.date, brief.now)}; speak of it once, where it fits: {words}."


def _untold(brief: Brief, who: str) -> Iterator[str]:
    """Yield that the person has not told what they ask about, where nothing known answers it."""
    said = brief.interpretation
    if not said.does(Act.ASK_MEMORY) or brief.recall_confidence >= worth.MIN_CONFIDENCE:
        return
    facts = (*brief.known_facts, *brief.past_facts)
    if terms(said.text) and not any(worth.is_touched(brief, fact) for fact in facts):
        yield (
            "Nothing that you remember answers this. Unless the talk above does, say that "
            f"{who} has not told you, and do not guess."
        )


def _unmentioned(brief: Brief, who: str) -> Iterator[str]:
    """Yield what the person wants not to be mentioned, in their own words."""
    if brief.unmentioned:
        subjects = "; ".join(f"“{one_line(x, MAX_FACT_CHARS)}”" for x in brief.unmentioned)
        yield (
            f"{grammar.upper_first(who)} asked you not to bring up: {subjects}. Do not mention it, "
            "hint at it or ask about it; only if they speak of it, answer what they say now."
        )


def _feeling(brief: Brief, who: str) -> str:
    words = _FEELINGS.get(brief.feeling, brief.feeling.replace("myself", "yourself"))
    # In a group the causes are those of everybody who spoke.
    cause_of = _SOMEBODY_HERE if brief.is_group else who
    causes = [cause_words(cause, cause_of) for cause in strongest(brief.causes, MAX_CAUSES)]
    reasons = f" What moved you just now: {'; '.join(causes)}." if causes else ""
    return f"You are {words}. Let it colour your words; do not report it.{reasons}"


def _relationship(brief: Brief, who: str) -> str:
    relationship = brief.relationship
    parts = [_STANDING.get(relationship.label, _STANDING["acquaintance"]).replace("{who}", who)]
    parts += [_least(_LIKING, relationship.liking), _least(_HURT, relationship.hurt)]
    if relationship.met_at is None:
        parts.append("you have not met before")
    elif relationship.away >= grammar.HOUR:
        parts.append(f"they were away for {grammar.time_span(relationship.away)}")
    return "; ".join(part for part in parts if part) + "."


def _care(brief: Brief, who: str) -> Iterator[str]:
    crisis = brief.interpretation.crisis
    if crisis is not None:
        words = _IN_DANGER if crisis.certain else _MAYBE_IN_DANGER
        yield words.replace("{Who}", grammar.upper_first(who)).replace("{who}", who)
    elif brief.relationship.in_care:
        yield _IN_CARE.replace("{who}", who)


def _least(table: Sequence[tuple[float, str]], level: float) -> str:
    return next((words for least, words in table if level >= least), "")


def _changes(brief: Brief, who: str) -> Iterator[Item]:
    for fact in brief.learned_facts:
        date = _date_of(fact, brief.now)
        words = f"New to you: {_clause(brief, fact, who)}{date and f', {date}'}."
        yield Item("fact", fact.id, words, "new")
    for fact in brief.forgotten_facts:
        words = (
            f"To be forgotten, as {who} wants: {_clause(brief, fact, who)}. You have let go of it; "
            "say so."
        )
        yield Item("fact", fact.id, words, "forgotten")
    if brief.interpretation.does(Act.ASK_NATURE) and brief.soul.engine.honesty:
        words = f"Of what you are, you say: {_sentences(brief.soul.engine.honesty[0])}"
        yield Item("view", "honesty", words, "asked")


def _facts(brief: Brief, who: str) -> Iterator[Item]:
    """Yield what is known of the person that the messages touch, and the most important of it."""
    return (item for item in _known_items(brief, who) if item.reason != _FURTHER)


def _further_facts(brief: Brief, who: str) -> Iterator[Item]:
    """Yield what else is known of the person."""
    return (item for item in _known_items(brief, who) if item.reason == _FURTHER)


def _known_items(brief: Brief, who: str) -> Iterator[Item]:
    for place, fact in enumerate(_known(brief, who)):
        value, reason = worth.of_fact(brief, fact, place)
        yield Item("fact", fact.id, _told(brief, fact, who), reason, value)


def _known(brief: Brief, who: str) -> list[KnownFact]:
    told = {fact.id for fact in brief.learned_facts} | {due.fact.id for due in brief.due_facts}
    ranked = rank_facts(brief.known_facts, _FACT_ORDER)
    return [x for x in ranked if x.id not in told and (x.topic, x.value) != ("name", who)]


def _told(brief: Brief, fact: KnownFact, who: str) -> str:
    """Return a fact with when it was told, or when it is due."""
    when = _date_of(fact, brief.now) or f"told {grammar.time_ago(max(0, brief.now - fact.at))}"
    return f"You know: {_clause(brief, fact, who)} ({when})."


def _date_of(fact: KnownFact, now: int) -> str:
    """Return the date of a fact, and whether it is over; "" without one."""
    if fact.when is None:
        return ""
    date = fact.when.near(now)
    return f"{'over since ' if date.end <= now else ''}{full_date(date, now)}"


def _clause(brief: Brief, fact: KnownFact, who: str) -> str:
    return grammar.upper_first(
        one_line(fact_clauses.clause_about(brief, fact, who, dated=False), MAX_FACT_CHARS)
    )


def _asides(brief: Brief, who: str, shown: Collection[str]) -> Iterator[Item]:
    """Yield what may help."""
    recalled = [line for line in brief.recalled_lines if line.id not in shown]
    told = {line.text: line for line in reversed(recalled)}  # the best of equal ones
    for place, line in enumerate(reversed(told.values())):
        yield Item(
            "line", line.id, _recalled(brief, line, who), "words", worth.of_line(brief, place)
        )
    yield from _further_facts(brief, who)
    yield from _views(brief)
    for place, seen in enumerate(reversed(brief.observations)):
        words = f"You noticed earlier: {_sentences(seen.text)}"
        value = worth.of_memory(brief, seen.importance, place)
        yield Item("memory", seen.id, words, "words", value)
    if brief.thought:
        thought = _sentences(brief.thought)
        words = f"What was on your mind before {who} wrote; background, no reply: {thought}"
        yield Item("thought", "", words, "latest", worth.THOUGHT)


def _lore(brief: Brief) -> Iterator[Item]:
    """Yield the lore of this moment; what always comes to mind stands in the system message."""
    for lore in brief.lore:
        if not lore.is_constant:
            text = harmless(" ".join(lore.text.split()))
            heading = _MAY_TELL if lore.why in _NOT_BY_KEY else _COMES_TO_MIND
            yield Item("lore", lore.id, f"{heading} {text}", lore.why)


def _seed(brief: Brief, who: str) -> Iterator[str]:
    """Yield what a thought begins from."""
    for line in brief.recalled_lines[:1]:
        yield f"Begin from this. {_recalled(brief, line, who)}"


def _views(brief: Brief) -> Iterator[Item]:
    """Yield the soul's own likes and views that the messages touch."""
    text, notes = brief.interpretation.text, brief.soul.engine
    if kind := topic_of(notes.favourites, text):
        words = f"{_key(kind)} you like best: {_sentences(notes.favourites[kind])}"
        value = worth.of_view(brief, "favourites")
        yield Item("view", f"favourites.{kind}", words, "words", value)
    if topic := topic_of(notes.opinions, text):
        words = f"What you think of {_key(topic)}: {_sentences(notes.opinions[topic])}"
        yield Item("view", f"opinions.{topic}", words, "words", worth.of_view(brief, "opinions"))
    if story := _story(notes.stories, text):
        words = f"A story of yours that may fit: {_sentences(story)}"
        yield Item("view", "stories", words, "words", worth.of_view(brief, "stories"))


def _key(key: str) -> str:
    return one_line(key, MAX_KEY_CHARS)


def _story(stories: Sequence[str], text: str) -> str:
    """Return the story that shares the most terms with a text, or "" if none shares enough."""
    cue = set(terms(text))
    shared = [(len(cue & _terms_of_story(story)), story) for story in stories]
    best = max(shared, default=(0, ""), key=lambda item: item[0])
    return best[1] if best[0] >= _MIN_SHARED_TERMS else ""


@personal_cache(1024)
def _terms_of_story(story: str) -> frozenset[str]:
    return frozenset(terms(story))


def _sentences(text: str) -> str:
    return harmless(first_sentences(text, MAX_QUOTE_CHARS))


def _recalled(brief: Brief, line: Line, who: str) -> str:
    ago = grammar.time_ago(max(0, brief.now - line.at))
    quote = _quote(line.text, brief.interpretation.text)
    if line.mine:
        return f"You said {ago}: {quote}"
    speaker = name_text(line.speaker) if brief.is_group else who
    return f"Said {ago} by {speaker}: {quote}"


@personal_cache(256)
def _quote(said: str, asked: str) -> str:
    """Return what of a line answers best what is asked; two notes of one prompt quote it."""
    return grammar.quoted(
        harmless(fitting_sentences(said, asked, MAX_QUOTE_CHARS)), 2 * MAX_QUOTE_CHARS
    )
