"""Emotion scores: the words, phrases and emoji of a text, weighed in their clause.

Each hit is scaled by what stands before it (negation, intensifiers), by whose feeling it is, by
the turn of the sentence ("but") and by the emphasis of the whole. Hits of one emotion join by
noisy-or, valences by a saturating sum. The lexicon stands in ``data/lexicon.toml``.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.nlu.resources import ResourceTable, compiled, join_lines, load, word_set
from synthetic_soul.nlu.text.normal_form import STRETCHED
from synthetic_soul.nlu.text.sentences import Sentence, find_emoji
from synthetic_soul.nlu.text.vocabulary import EMOJI_EMOTIONS, MOCKING_EMOJI

VALENCE_AND_AROUSAL: dict[str, tuple[float, float]] = {
    name: (emotion.pad[0], (1.0 + emotion.pad[1]) / 2.0) for name, emotion in EMOTIONS.items()
}
"""Valence -1..1 and arousal 0..1 that a word of each emotion lends to its text."""

_LEXICON = load("lexicon")


def _emotions(
    rows: str, entries: Callable[[ResourceTable], list[str]]
) -> dict[str, dict[str, float]]:
    scores: dict[str, dict[str, float]] = {}
    for row in _LEXICON.tables(rows):
        emotions = row.numbers("emotions", EMOTIONS)
        scores |= dict.fromkeys(entries(row), emotions)
    return scores


WORD_EMOTIONS = _emotions("emotion_words", lambda row: row.words("words"))
"""Emotions 0..1 that a word expresses."""
PHRASE_EMOTIONS = _emotions("emotion_phrases", lambda row: row.phrases("phrases"))
"""Emotions 0..1 that a phrase expresses."""
WORD_VALENCE = {
    word: row.number("valence")
    for row in reversed(_LEXICON.tables("valence_words"))  # the first of two rows counts
    for word in row.words("words")
}
"""Valence -1..1 of words that only judge."""
_NEUTRAL_PHRASES = frozenset(_LEXICON.table("neutral").phrases("phrases"))
_NEGATORS = frozenset(_LEXICON.table("negators").words("words"))
_INTENSIFIERS = {
    word: row.number("factor")
    for row in _LEXICON.tables("intensifiers")
    for word in row.words("words")
}

MIN_EMOTION = 0.05
"""Emotions weaker than this are not reported."""
_NEGATION_REACH = 4
"""Words between a negator and the word that it denies, at most."""
_SUBJECT_REACH = 6
_SATURATION = 0.35
"""Softness of the valence sum: one plain word of .5 gives about .65."""
_MIN_STEM_CHARS = 4
_MAX_EMPHASIS = 0.8
_TOKEN = re.compile(r"[^\W_]++(?:['-][^\W_]++)*+|[,;:]")
_CAPITALS = re.compile(r"\b[A-Z]{3,}+\b")
_BREAKS = frozenset((",", ";", ":", "but", "because", "however", "although", "though"))
_TURNS = frozenset(("but", "however", "yet"))
_FIRST_PERSON = word_set("i me my myself we us our mine")
_OTHERS = word_set(
    "he she they him them it people someone everyone everybody sister brother mother father mum "
    "mom dad friend boss wife husband boyfriend girlfriend partner son daughter cat dog neighbour "
    "colleague teacher kid kids child grandma grandpa"
)
_UNREAL = word_set("would could might if wish hope hopefully maybe want")
_SUBJECTS = word_set("you we it he she they i that this there")
_TASTES = word_set("love loves loving adore adores like enjoy hate hates detest despise loathe")
"""Words that say what somebody likes or not; where a taste is stated, they are no emotion."""
_TASTE_PHRASES = frozenset(("i like", "i really like", "i also like", "we like", "do not like"))
_TASTE_SHARE = 0.35
_QUESTION_SHARE = 0.4
"""Share of an emotion that is named in a question."""
_OPPOSITES = {"gratitude": 0.0, "surprise": 0.0, "compassion": 0.0, "hope": 0.3}
"""Share of the usual opposite that a denied emotion leaves; 1 for those not named here."""
_MAX_PHRASE_WORDS: dict[str, int] = {}
"""The most words of any phrase that begins with a word."""
for _phrase in (*PHRASE_EMOTIONS, *_NEUTRAL_PHRASES):
    _first, *_rest = _phrase.split()
    _MAX_PHRASE_WORDS[_first] = max(_MAX_PHRASE_WORDS.get(_first, 0), 1 + len(_rest))

_WARM = join_lines(r"""
    (?:great|wonderful|fantastic|lovely|perfect|brilliant|awesome|nice|amazing|fabulous|super
    |marvellous|terrific|excellent|cool|good|yay|congratulations|bravo|beautiful|thanks)
""")
_SOUR = join_lines(r"""
    (?:another|again|yet another|broke|broken|bugs?|crash(?:ed|es)?|late|fail(?:ed|s)?|failing
    |error|errors|monday|traffic|lost|rain(?:ing)?|delayed|cancelled|canceled|stuck|ruined
    |stolen|forgot|dead|died|gone|wrong|not work(?:ing)?|stopped working|more (?:work|homework
    |bills|rain|meetings?)|out of (?:milk|battery|coffee|time|order)|overtime|homework
    |flat tyre|flat tire|spilled|missed|useless|worse|problems?|queue|bill|tax|taxes|fell
    |freezing|down)
""")
_IRONY = (
    compiled(rf"""
            ^(?:oh,? |well,? |wow,? |yeah,? |and )*(?:just |how |that is (?:just )?
            |so |simply )*{_WARM}[,.!… ]+(?:.{{0,60}}\b)?{_SOUR}\b
        """),
    compiled(r"""
        \byeah,? right\b|\bthank(?:s| you) for nothing\b|\bjust what i (?:needed|wanted)\b
    """),
    compiled(r"(?:^| )/s$|\bas if\b[!.…]*$|\bbig surprise\b|\bwhat a surprise\b[.…,]"),
    compiled(rf"""
        \bi (?:just |really )*(?:love|adore|enjoy) (?:it )?(?:when|how|that)\b.{{0,60}}\b{_SOUR}\b
    """),
    compiled(rf"\b(?:great|nice|good|well) (?:job|work|done|going)\b.{{0,40}}\b{_SOUR}\b"),
    compiled(r"""
        \bhow (?:nice|kind|lovely|thoughtful|sweet) of (?:him|her|them|you) (?:to
        |not)\b.{0,20}\b(?:forget|forgot|ignore|leave|not|tell me now|remember)\b
    """),
    compiled(r"""
        \blucky me\b|\boh joy\b|\bwhat could go wrong\b|\b(?:slow|sarcastic) clap\b
        |\bgee,? thanks\b|\bthanks a lot,? (?:for|now)\b.{0,40}\b(?:broke|ruin|forg|lost)
    """),
)  # fmt: skip
_MILD_IRONY = compiled(rf"^(?:oh,? |well,? )*(?:just |how )*{_WARM}(?:\.\.\.|…)$")
_SINCERE = compiled(r"""
    \b(?:not (?:lost|late|broken|wrong)|never (?:fails|failed)|no (?:problem|errors?|bugs?)
    |another (?:chance|win|one of my|baby|day off|great|good)|again (?:soon|sometime)
    |see you again|talk(?:ing)? (?:to you )?again|fixed|works? again|back again
    |feel good again|calm(?:ed)? down|down to|got better|well again|once again|at it again)\b
""")


@dataclass(slots=True)
class EmotionScores:
    """A running sum: emotions 0..1, valence without bounds, arousal 0..1, number of hits."""

    emotions: dict[str, float] = field(default_factory=dict)
    valence_sum: float = 0.0
    arousal: float = 0.0
    hits: int = 0

    def add(self, emotion: str, amount: float) -> None:
        """Join ``amount`` 0..1 of an emotion to what is there by noisy-or."""
        present = self.emotions.get(emotion, 0.0)
        self.emotions[emotion] = 1.0 - (1.0 - present) * (1.0 - min(max(amount, 0.0), 1.0))
        self.arousal = max(self.arousal, VALENCE_AND_AROUSAL[emotion][1] * min(amount, 1.0))

    def add_all(self, emotions: Mapping[str, float], factor: float = 1.0) -> None:
        """Add several emotions, each times ``factor``, and their valence."""
        for emotion, weight in emotions.items():
            self.add(emotion, weight * factor)
        self.valence_sum += valence_of(emotions) * factor
        self.hits += 1

    @property
    def valence(self) -> float:
        """Valence -1..1 of the whole."""
        return self.valence_sum / math.sqrt(self.valence_sum * self.valence_sum + _SATURATION)

    def ranked(self) -> dict[str, float]:
        """Return the emotions worth naming, strongest first, rounded to four places."""
        scores = [(n, round(x, 4)) for n, x in self.emotions.items() if x >= MIN_EMOTION]
        return dict(sorted(scores, key=lambda pair: (-pair[1], pair[0])))


def valence_of(emotions: Mapping[str, float]) -> float:
    """Return the valence -1..1 of a set of emotions: each one's own, times its weight."""
    total = sum(VALENCE_AND_AROUSAL[name][0] * weight for name, weight in emotions.items())
    return max(-1.0, min(1.0, total))


def score_emotions(
    sentences: Iterable[Sentence], *, tastes: bool = False
) -> tuple[EmotionScores, bool]:
    """Return what the words and emoji of the sentences express, and whether with irony.

    ``tastes``: a like or dislike is stated, so that "hate" is no anger and "love" no love.
    """
    scores = EmotionScores()
    any_irony = False
    for sentence in sentences:
        emoji = find_emoji(sentence.said)
        ironic = is_ironic(sentence.plain, mocking=not MOCKING_EMOJI.isdisjoint(emoji))
        any_irony = any_irony or ironic
        emphasis = _emphasis(sentence.said)
        hits_before = scores.hits
        _score_words(scores, sentence, emphasis, ironic=ironic, tastes=tastes)
        if ironic and scores.hits == hits_before:
            scores.add_all({"frustration": 0.5})
        for mark in emoji:
            scores.add_all(EMOJI_EMOTIONS[mark], emphasis)
        scores.arousal = max(scores.arousal, min((emphasis - 1.0) * 0.9, 0.9))
    return scores, any_irony


def is_ironic(plain: str, *, mocking: bool = False) -> bool:
    """Return whether a sentence in lower case uses warm words for something sour.

    ``mocking``: an emoji rolls its eyes, which turns any warm word.
    """
    if _SINCERE.search(plain):
        return False
    if mocking and re.search(rf"\b{_WARM}\b", plain):
        return True
    return bool(_MILD_IRONY.match(plain)) or any(cue.search(plain) for cue in _IRONY)


def lexicon_form(word: str) -> str:
    """Return the form of ``word`` that stands in the lexicon, or an empty string."""
    for stem in _stems(word):
        known = stem in WORD_EMOTIONS or stem in WORD_VALENCE
        if known and (stem == word or len(stem) >= _MIN_STEM_CHARS):
            return stem
    return ""


def _stems(word: str) -> Iterable[str]:
    yield word
    if word.endswith("ly"):
        yield word[:-2]
        yield word[:-3] + "y"
    if word.endswith("ing"):
        yield word[:-3]
        yield word[:-3] + "e"
    if word.endswith("ed"):
        yield word[:-1]
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith(("ier", "iest")):
        yield word[: word.rindex("ie")] + "y"
    elif word.endswith(("er", "est")):
        yield word[: word.rindex("e")]
        yield word[: word.rindex("e") + 1]


def _emphasis(text: str) -> float:
    """Return 1 for a plain text, up to 1.8 for capitals, exclamation marks and stretched words."""
    marks = min(text.count("!"), 4)
    capitals = len(_CAPITALS.findall(text)) if not text.isupper() else 2
    stretched = len(STRETCHED.findall(text.replace("...", "")))
    louder = 0.1 * marks + 0.15 * min(capitals, 2) + 0.1 * min(stretched, 2)
    return 1.0 + min(louder, _MAX_EMPHASIS)


def _score_words(
    scores: EmotionScores, sentence: Sentence, emphasis: float, *, ironic: bool, tastes: bool
) -> None:
    tokens = _TOKEN.findall(sentence.plain)
    turn = max((index for index, token in enumerate(tokens) if token in _TURNS), default=-1)
    at = 0
    while at < len(tokens):
        phrase, size = _phrase_at(tokens, at)
        stem = "" if phrase else lexicon_form(tokens[at])
        emotions = PHRASE_EMOTIONS.get(phrase) if phrase else WORD_EMOTIONS.get(stem)
        if (phrase or stem) and phrase not in _NEUTRAL_PHRASES:
            share = emphasis * _intensity(tokens, at) * (0.5 if at < turn else 1.0)
            if tastes and (stem in _TASTES or phrase in _TASTE_PHRASES):
                share *= _TASTE_SHARE
            own = _own_share(tokens, at, asks=sentence.asks)
            weight = own if sentence.asks else 0.3 + 0.7 * own if emotions else 1.0
            valence = (valence_of(emotions) if emotions else WORD_VALENCE[stem]) * share * weight
            if ironic and valence > 0:
                _affirm(scores, {"frustration": 0.5}, -0.5 * emphasis, emphasis)
            elif _is_denied(tokens, at):
                _deny(scores, emotions or {}, valence, own)
            else:
                _affirm(scores, emotions or {}, valence, share * own)
        at += max(size, 1)


def _phrase_at(tokens: list[str], at: int) -> tuple[str, int]:
    """Return the longest known phrase that starts at ``at``, and its number of words."""
    for size in range(min(_MAX_PHRASE_WORDS.get(tokens[at], 0), len(tokens) - at), 1, -1):
        phrase = " ".join(tokens[at : at + size])
        if phrase in PHRASE_EMOTIONS or phrase in _NEUTRAL_PHRASES:
            return phrase, size
    return "", 0


def _intensity(tokens: list[str], at: int) -> float:
    factor = 1.0
    for index in range(max(at - 2, 0), at):
        factor *= _INTENSIFIERS.get(tokens[index], 1.0)
    if tokens[max(at - 2, 0) : at] in (["kind", "of"], ["sort", "of"]):
        factor *= 0.6
    return factor


def _own_share(tokens: list[str], at: int, *, asks: bool) -> float:
    """Return how much of an emotion at ``at`` is the speaker's own, 0..1."""
    share = 1.0
    for index in range(at - 1, max(at - 1 - _SUBJECT_REACH, -1), -1):
        token = tokens[index]
        if token in _UNREAL:
            share *= 0.5
        if token in _FIRST_PERSON:
            return share * (_QUESTION_SHARE if asks else 1.0)
        if token in ("you", "your"):
            return 0.0 if asks else share * 0.4
        if token in _OTHERS:
            return share * 0.5
        if token in _BREAKS:
            break
    return share * (_QUESTION_SHARE if asks else 1.0)


def _is_denied(tokens: list[str], at: int) -> bool:
    """Return whether a negator reaches the token at ``at``."""
    for index in range(at - 1, max(at - 1 - _NEGATION_REACH, -1), -1):
        token = tokens[index]
        if token in _BREAKS:
            return False
        if token in _NEGATORS:
            return not _only_seems_denied(tokens, index, at)
    return False


def _only_seems_denied(tokens: list[str], negator: int, at: int) -> bool:
    after = tokens[negator + 1 : at]
    if after and after[0] in _SUBJECTS and tokens[negator] == "not":
        return True  # "isn't that great"
    if "only" in after or "just" in after[:1]:
        return True
    # "I could not be happier", "never felt so good".
    climbing = bool({"so", "this", "such", "more"} & set(after)) or tokens[at].endswith("er")
    bound = tokens[max(negator - 1, 0)] in ("could", "can") or tokens[negator] == "never"
    return climbing and bound and bool({"be", "been", "felt", "had", "seen"} & set(after))


def _affirm(
    scores: EmotionScores, emotions: Mapping[str, float], valence: float, share: float
) -> None:
    for emotion, weight in emotions.items():
        scores.add(emotion, weight * share)
    scores.valence_sum += valence
    scores.hits += 1


def _deny(
    scores: EmotionScores, emotions: Mapping[str, float], valence: float, share: float
) -> None:
    """Add the opposite of a denied emotion: no joy is sadness, no sorrow a little relief."""
    left = min((_OPPOSITES.get(name, 1.0) for name in emotions), default=1.0)
    amount = abs(valence) * share * left
    if valence > 0:
        scores.add("frustration", 0.5 * amount)
        scores.add("sadness", 0.4 * amount)
        scores.valence_sum -= 0.8 * valence
    elif valence < 0:
        scores.add("relief", 0.25 * amount)
        scores.valence_sum -= 0.35 * valence
    scores.hits += 1
