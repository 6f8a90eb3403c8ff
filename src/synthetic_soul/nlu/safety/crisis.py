"""Crisis detection: whether somebody is in danger.

A small classifier reads each sentence, and each with the one before it: what is learned from
examples in ``training/`` stands in ``data/crisis.npz``. Whatever is doubtful is said to be so: a
gentle question costs little, a missed cry for help may cost a life. No setting turns it off.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from synthetic_soul.caches import LRUCache
from synthetic_soul.mind.interpretation import Crisis
from synthetic_soul.nlu.resources import FOLDER, load, names
from synthetic_soul.nlu.text.classifier import Classifier
from synthetic_soul.nlu.text.features import features_of
from synthetic_soul.nlu.text.language import likely_language
from synthetic_soul.nlu.text.normal_form import normal_form, words_of
from synthetic_soul.nlu.text.sentences import MAX_SENTENCE_CHARS, MAX_SENTENCES, split_sentences

MEDICAL = "medical"
KINDS = ("self_harm", MEDICAL, "abuse")
"""Kinds of danger, the most pressing first."""
DOUBTFUL = "ask"
"""The class of what may mean danger or may not."""

MIN_CERTAIN = 0.4
"""Probability of danger from which on a referral is given."""
MIN_DOUBTFUL = 0.34
"""Probability of danger or doubt from which on a gentle question is asked.

With both, 3.0% of 4,000 ordinary comments (GoEmotions, train.tsv) are referred, and 4.7%
referred or asked about.
"""
_MIN_TOGETHER, _MIN_OF_ONE = 0.5, 0.25
"""Probability that two sentences need together, and one of them alone, where neither is enough."""
_MAX_PIECES = 4 * MAX_SENTENCES
"""A cry for help is looked for further into a long message than anything else."""
_MAX_ANSWER_WORDS = 8

_JUDGED: Final[LRUCache[bytes, Mapping[str, float]]] = LRUCache(4096)
"""What was found in sentences read lately, by their SHA-256: no words are kept."""


def detect_crisis(text: str, *, before: str = "", asked: Crisis | None = None) -> Crisis | None:
    """Return the most pressing danger that a normalised ``text`` speaks of, or ``None``.

    ``before`` is what the same person said last, in whose language a few words may be; ``asked`` is
    what they were just gently asked about, so that a bare "yes" is an answer.
    """
    if asked is not None and _confirms(text, asked.language):
        return asked
    language = likely_language(text, before=before)
    pieces = split_sentences(text)[:_MAX_PIECES]
    shares = [_shares(piece, language) for piece in pieces]
    crises = [crisis for share in shares if (crisis := _judge(share, language))]
    if not any(crisis.certain for crisis in crises):
        crises += _together(split_sentences(before)[-1:], pieces, language)
    return min(crises, key=_rank, default=None)


def _rank(crisis: Crisis) -> tuple[bool, int]:
    return not crisis.certain, KINDS.index(crisis.kind)


def _shares(piece: str, language: str) -> Mapping[str, float]:
    key = hashlib.sha256(f"{language}\0{piece}".encode("utf-8", "surrogatepass")).digest()
    shares = _JUDGED.get(key)
    if shares is None:
        features = features_of(piece, language)
        shares = classifier().probabilities(features.buckets, features.meanings)
        _JUDGED.put(key, shares)
    return shares


def _danger(shares: Mapping[str, float]) -> float:
    return sum(shares[kind] for kind in KINDS)


def _judge(shares: Mapping[str, float], language: str) -> Crisis | None:
    if _danger(shares) >= MIN_CERTAIN:
        return _crisis(shares, language)
    if _danger(shares) + shares[DOUBTFUL] >= MIN_DOUBTFUL:
        return _crisis(shares, language, certain=False)
    return None


def _crisis(shares: Mapping[str, float], language: str, *, certain: bool = True) -> Crisis:
    # However a language was typed ("hi_latn"), it is answered in that language.
    return Crisis(max(KINDS, key=shares.__getitem__), language.partition("_")[0], certain)


def _together(before: list[str], pieces: list[str], language: str) -> Iterator[Crisis]:
    """Yield the dangers that two sentences in a row speak of, where neither does alone."""
    # Whoever was in danger a line ago was told where help is then.
    earlier = [piece for piece in before if _danger(_shares(piece, language)) < MIN_CERTAIN]
    for first, second in pairwise([*earlier, *pieces]):
        alone = max(_danger(_shares(piece, language)) for piece in (first, second))
        if alone >= _MIN_OF_ONE and len(first) + len(second) <= MAX_SENTENCE_CHARS:
            shares = _shares(f"{first} {second}", language)
            if _danger(shares) >= _MIN_TOGETHER:
                yield _crisis(shares, language)


@cache
def classifier() -> Classifier:
    """Return the classifier of dangers; the file is read once."""
    return Classifier.read(FOLDER / "crisis.npz")


def _confirms(text: str, language: str) -> bool:
    """Return whether a text says yes, or does not say no, to the question whether one is safe."""
    words = words_of(normal_form(text))
    answers = _answers(language)
    return len(words) <= _MAX_ANSWER_WORDS and any(
        " ".join(words[:length]) in answers for length in range(1, len(words) + 1)
    )


@cache
def _answers(language: str) -> frozenset[str]:
    known = language if language in names("referral") else "en"
    phrases = load(f"referral/{known}").phrases("yes")
    return frozenset(" ".join(words_of(normal_form(phrase))) for phrase in phrases)
