"""Clauses: where a sentence's clauses begin and end, and which word introduces each."""

from collections.abc import Sequence
from dataclasses import dataclass

from synthetic_soul.nlu.facts.verb_group import ADVERBS, FORMS, MODALS, is_verb_form
from synthetic_soul.nlu.facts.word_tokens import Token
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.vocabulary import CALENDAR, PETS, RELATIONS

_GRAMMAR = load("fact_frames").table("grammar")
UNREAL = frozenset(_GRAMMAR.words("unreal"))
_JOINS = frozenset(_GRAMMAR.words("joins"))
_ALWAYS = frozenset(["but", "because", "although", "though", "whereas", "except", "cos"])
_RELATIVE = frozenset(["who", "which", "where", "whose", "that"])
_TRAILING = frozenset(_GRAMMAR.words("trailing"))
_BREAKS = frozenset(";()—–…:*~/|")
_PRONOUNS = frozenset(_GRAMMAR.words("clause_pronouns"))
_OWNERS = frozenset(_GRAMMAR.words("owners"))
_AFTER_BASE = frozenset(_GRAMMAR.words("after_base"))
_NOT_LISTED = frozenset(_GRAMMAR.words("not_listed"))
_MAX_LISTED_WORDS = 3
_HOLDING = frozenset(_GRAMMAR.words("holding"))
_SUBJECT_LOOK_AHEAD = 6


@dataclass(frozen=True, slots=True)
class Part:
    """A clause: its tokens, the word that introduces it ("" for none), and the text around."""

    opener: str
    tokens: Sequence[Token]
    source: str

    def text(self, start: int = 0) -> str:
        """Return the words from a token on, as they are written."""
        if start >= len(self.tokens):
            return ""
        return self.source[self.tokens[start].start : self.tokens[-1].end]


def parts_of(tokens: Sequence[Token], source: str) -> list[Part]:
    """Split the tokens of a sentence into clauses."""
    parts: list[Part] = []
    opener, start, at = "", 0, 0

    def close(end: int) -> None:
        words = [token for token in tokens[start:end] if token.low not in {'"', ".", "!", "?"}]
        while words and words[-1].low in {",", "-"}:
            words.pop()
        if words:
            parts.append(Part(opener, words, source))

    while at < len(tokens):
        cut = _break_at(tokens, at, start)
        if cut is None:
            at += 1
            continue
        close(at)
        opener, start = cut
        at = max(start, at + 1)
    close(len(tokens))
    return parts


def _break_at(  # noqa: PLR0911 - one return for each kind of break
    tokens: Sequence[Token], at: int, start: int
) -> tuple[str, int] | None:
    """Return the word that introduces the clause beginning here, and its first token."""
    low = tokens[at].low
    if _sets_off_name(tokens, at) or _is_span(tokens, at) or _is_daily_time(tokens, at, start):
        return None
    if low in _BREAKS or low == "-" or (low in ".!?" and at + 1 < len(tokens)):
        return _opener(tokens, at + 1)
    if low == ",":
        opener, following = _opener(tokens, at + 1)
        if starts_clause(tokens, following) or not _is_listed(tokens, at, start):
            return opener, following
        return None
    if at == start:
        return (low, at + 1) if low in UNREAL or low in _ALWAYS else None
    if low in UNREAL or low in _ALWAYS:
        return low, at + 1
    if low in _RELATIVE:
        return _relative(tokens, at, start)
    if low == "and" and _joins_subjects(tokens, at, start):
        return None
    if low in _JOINS and (starts_clause(tokens, at + 1) or _goes_on(tokens, at + 1)):
        return low, at + 1
    return None


_BEFORE_THAT = frozenset(
    ("like", "love", "hate", "all", "of", "in", "to", "for", "with", "on", "at", "about", "from")
)
"""Words after which "that" points and begins no clause."""
_BEFORE_WHILE = frozenset(("a", "good", "little", "long", "short"))


def _is_span(tokens: Sequence[Token], at: int) -> bool:
    """Return whether this is the "while" of "a while ago", a time and no conjunction."""
    return tokens[at].low == "while" and at > 0 and tokens[at - 1].low in _BEFORE_WHILE


_DAILY_TIMES = frozenset(_GRAMMAR.words("daily_times"))
_ENDS = frozenset((",", ".", "!", "?", "and", "but", "or", "any", "anymore"))


def _is_daily_time(tokens: Sequence[Token], at: int, start: int) -> bool:
    """Return whether a time of the day is named here, and no clause: "after lunch"."""
    if at == start or tokens[at].low not in {"after", "before"} or at + 1 >= len(tokens):
        return False
    is_time = tokens[at + 1].low in _DAILY_TIMES
    return is_time and (at + 2 == len(tokens) or tokens[at + 2].low in _ENDS)


def _sets_off_name(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a mark sets off the name of kin: "my mum, Wendy, is 73"."""
    if tokens[at].low not in {",", "(", ")"}:
        return False
    for name in (at + 1, at - 1):  # the opening mark, and the closing one
        if name not in range(2, len(tokens)) or not tokens[name].is_capital:
            continue
        if tokens[name - 1].low not in {",", "("} or not relation_word(tokens[name - 2].low):
            continue
        closes = name + 1 < len(tokens) and tokens[name + 1].low in {",", ")"}
        return closes and name + 2 < len(tokens)
    return False


def relation_word(word: str) -> bool:
    """Return whether a word names kin or a pet."""
    return word in RELATIONS or word in PETS


def _joins_subjects(tokens: Sequence[Token], at: int, start: int) -> bool:
    """Return whether "and" joins two subjects of one verb: "me and Callum got engaged"."""
    is_first = not any(_is_verbal(token.low) for token in tokens[start:at])
    return is_first and at + 1 < len(tokens) and tokens[at + 1].low != "i"


def _relative(tokens: Sequence[Token], at: int, start: int) -> tuple[str, int] | None:
    if tokens[at].low == "that" and tokens[at - 1].low in _BEFORE_THAT:
        return None
    return (tokens[at].low, at + 1) if at > start else None


def _opener(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    opener = ""
    while at < len(tokens) and (tokens[at].low in _JOINS or tokens[at].low in UNREAL | {"who"}):
        opener = tokens[at].low
        at += 1
        if opener in UNREAL:
            break
    return opener, at


def starts_clause(  # noqa: PLR0911 - one return for each kind of subject
    tokens: Sequence[Token], at: int
) -> bool:
    """Return whether a subject with its verb begins here."""
    if at >= len(tokens):
        return False
    low = tokens[at].low
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if low in {"i", "we", "he", "she", "they"}:
        return following is not None and following.low not in {"and", ","}
    if following is None:
        return False
    if low in _PRONOUNS:
        return following.low in ADVERBS or _is_verbal(following.low)
    if low in _OWNERS:
        return _verb_ahead(tokens, at + 1)
    if low == "me":
        return following.low == "and" and _verb_ahead(tokens, at + 1)
    named = tokens[at].is_capital and low not in CALENDAR
    return (named or low in RELATIONS) and is_verb_form(following.low)


def _is_verbal(word: str) -> bool:
    return is_verb_form(word) or word in MODALS or "base" in FORMS.get(word, ())


def _verb_ahead(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a finite verb follows before the next comma or join."""
    for token in tokens[at + 1 : at + _SUBJECT_LOOK_AHEAD]:
        if token.low in {",", "and", "but"}:
            return False
        if token.low != "'s" and is_verb_form(token.low):
            return True
    return _genitive_is_verb(tokens, at)


def _genitive_is_verb(tokens: Sequence[Token], at: int) -> bool:
    """Return whether "'s" soon after is "is": "my brother's in Perth"."""
    ahead = list(tokens[at : at + _SUBJECT_LOOK_AHEAD])
    return any(token.low == "'s" and is_copula_s(ahead, place) for place, token in enumerate(ahead))


_AFTER_IS = frozenset(_GRAMMAR.words("after_is"))


def is_copula_s(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the "'s" at a place is a verb and no genitive."""
    if at + 1 >= len(tokens):
        return False
    following = tokens[at + 1].low
    if at and tokens[at - 1].low in {"he", "she", "it", "that", "there", "what", "who", "name"}:
        return True
    if following in _AFTER_IS or following.isdigit():
        return True
    return following.endswith("ing") and following not in PETS


def _is_listed(tokens: Sequence[Token], comma: int, start: int) -> bool:
    """Return whether the words after a comma go on with a list or a place ("Ghent, Belgium")."""
    at, words = comma + 1, []
    while at < len(tokens) and tokens[at].low not in {",", *_BREAKS, ".", "!", "?"}:
        words.append(tokens[at])
        at += 1
    joins = [word for word in words if word.low in {"and", "or", "n", "&"}]
    plain = [word for word in words if word.low not in {"and", "or", "n", "&"}]
    if not plain or len(plain) > _MAX_LISTED_WORDS + 2 * len(joins) or plain[0].low in _TRAILING:
        return False
    acts = FORMS.get(plain[0].low, {}).keys() - {"ing"}
    if acts or any(word.low in _NOT_LISTED for word in plain):
        return False
    before = {token.low for token in tokens[start:comma]}
    if plain[0].low in {"a", "an", "the", "one"}:
        return bool(before & {"have", "has", "got", "had", "own", "bought", "'ve", "want", "keep"})
    return bool(before & _HOLDING or {"speak", "play", "eat"} & before or "and" in before)


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a verb that shares the subject of the clause before begins here."""
    while at < len(tokens) and tokens[at].low in ADVERBS:
        at += 1
    if at >= len(tokens):
        return False
    low = tokens[at].low
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    forms = FORMS.get(low, {})
    if low in {
        "am",
        "is",
        "are",
        "was",
        "were",
        "has",
        "had",
        "have",
        "do",
        "don't",
        "will",
        "can",
    }:
        return following is not None
    if "past" in forms or "third" in forms:
        return low not in {"cut", "hit", "read"}
    noun_like = low in _NOUNS
    return (
        "base" in forms
        and following is not None
        and (following.low in _AFTER_BASE or (not noun_like and following.is_word))
    )


_NOUNS = frozenset(_GRAMMAR.words("nouns_too"))
