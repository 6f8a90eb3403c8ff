"""Whom or what a clause is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from synthetic_soul.nlu.facts.clause_parts import Part
from synthetic_soul.nlu.facts.subjects import (
    Company,
    Somebody,
    introduced_at,
    is_name,
    mention_at,
    subject_form,
)
from synthetic_soul.nlu.facts.verb_group import ADVERBS, FORMS, is_verb_form
from synthetic_soul.nlu.facts.word_tokens import Token
from synthetic_soul.nlu.resources import load

_ELIDED = frozenset(load("fact_frames").table("grammar").words("elided"))
_SHARING = frozenset(("and", "n", "&", "but", "so", "then", "or", "plus"))
_MAX_SUBJECT_WORDS = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a clause: ``end`` is the place after it.

    ``kind`` is self, you, person, thing (of the speaker's: ``words`` say which), other or none.
    ``owns``: what of the person's is meant ("name", "dog"). ``elided``: the subject is understood.
    """

    kind: str
    end: int
    who: Somebody | None = None
    words: str = ""
    owns: str = ""
    owned_name: str = ""
    elided: bool = False


def subject_of(  # noqa: PLR0911 - one return for each kind of subject
    part: Part, company: Company, last: Subject | None
) -> Subject:
    """Return the subject of a clause; ``last`` is that of the clause before."""
    tokens = part.tokens
    start = 0
    while start < len(tokens) - 1 and tokens[start].low in ADVERBS - {"both", "all"}:
        start += 1
    low = tokens[start].low
    if part.opener == "who" and company.people and low not in {"i", "we", "you"}:
        return Subject("person", start, company.people[-1])
    if low in {"i", "we"}:
        return Subject("self", _after_we(tokens, start + 1))
    if low in {"you", "u"}:
        return Subject("you", start + 1)
    joint = _joint(tokens, start)
    if joint is not None:
        return joint
    if low in {"he", "she", "it", "they"}:
        who = company.meant_by(low)
        kind = "person" if who else "other"
        return Subject(kind, start + 1, who)
    if low in {"his", "her", "its", "their"}:
        return _owned_by(tokens, start, company.meant_by(subject_form(low)))
    return _noun_subject(tokens, start, company) or _understood(part, start, last)


def _after_we(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].low in {"both", "all", "two"}:
        at += 1
    return at


def _joint(tokens: Sequence[Token], start: int) -> Subject | None:
    """Return the subject "my wife and I", "me and Callum" as the speaker."""
    low = tokens[start].low
    if low == "me" and start + 2 < len(tokens) and tokens[start + 1].low == "and":
        mention = mention_at(tokens, start + 2)
        end = mention.end if mention else start + 3
        if not mention and tokens[start + 2].low == "the":
            end = start + 4
        return Subject("self", end)
    mention = mention_at(tokens, start)
    end = mention.end if mention else start + 1
    if end + 1 < len(tokens) and tokens[end].low == "and" and (mention or is_name(tokens[start])):
        if tokens[end + 1].low in {"i", "me"}:
            return Subject("self", end + 2)
        return Subject("other", end + 2)
    return None


def _owned_by(tokens: Sequence[Token], start: int, who: Somebody | None) -> Subject:
    words, end = _words_to_verb(tokens, start + 1)
    if who is None:
        return Subject("other", end)
    return Subject("person", end, who, owns=words)


def _words_to_verb(tokens: Sequence[Token], at: int) -> tuple[str, int]:
    words: list[str] = []
    while at < len(tokens) and len(words) < _MAX_SUBJECT_WORDS:
        low = tokens[at].low
        if low == "'s" or (words and is_verb_form(low)) or low in {"is", "are", "was"}:
            break
        if words and low in ADVERBS:
            break
        words.append(low)
        at += 1
    return " ".join(words), at


def _noun_subject(tokens: Sequence[Token], start: int, company: Company) -> Subject | None:
    low = tokens[start].low
    mention = mention_at(tokens, start)
    if mention is not None:
        end = mention.end
        if end < len(tokens) and tokens[end].low in {",", ")", "he", "she", "they"}:
            end += 1
            end += end < len(tokens) and tokens[end].low in {"he", "she", "they"}
        return Subject("person", end, mention.who, owns=mention.owns, owned_name=mention.owned_name)
    named = start + 1 < len(tokens) and tokens[start + 1].low in {"'s", "is"}
    if low in {"my", "our", "the", "mine"} or (low == "name" and named):
        words, end = _words_to_verb(tokens, start + (low != "name"))
        kind = "other" if low == "the" and words != "name" else "thing"
        new = introduced_at(tokens, start) if kind == "other" else None
        return Subject(kind, end, new.who if new else None, words=words)
    if is_name(tokens[start]):
        known = company.named(tokens[start].text)
        if known is not None:
            return Subject("person", start + 1, known)
    words, end = _words_to_verb(tokens, start)
    if end < len(tokens) and words and low not in FORMS:
        return Subject("other", end, words=words)
    return None


def _understood(part: Part, start: int, last: Subject | None) -> Subject:
    """Return the subject that a clause shares with the one before, or leaves out: "got a dog"."""
    low = part.tokens[start].low
    if low in {"name", "called", "named"} and last is not None and last.kind == "person":
        return Subject("person", start, last.who)
    if part.opener in _SHARING and last is not None and last.kind in {"self", "person"}:
        return Subject(last.kind, start, last.who, elided=last.elided)
    # "Living in Leeds is fun" leaves nothing out: what is done is the subject itself.
    is_gerund = low.endswith("ing") and any(is_verb_form(x.low) for x in part.tokens[start + 1 :])
    if low in _ELIDED and not part.opener and not is_gerund:
        return Subject("self", start, elided=True)
    return Subject("none", start)
