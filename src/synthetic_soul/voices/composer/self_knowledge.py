"""What a soul's own texts say of it: where it is, how it looks, who it is, what it was asked.

A description may be prose, lists ("Eyes: green") or an interview; each is told in its own way.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from soulscript import Soul
from soulscript.prompts import (
    CHARACTER,
    PERSON,
    SCENARIO_KEY,
    Turn,
    dialogues_of,
    openings_of,
    parse_dialogues,
)
from soulscript.text import direct_speech, entries_in, narration, terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.nlu.text.sentences import first_sentences
from synthetic_soul.toml_tables import read_table
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.grammar import in_first_person
from synthetic_soul.voices.composer.selection import SoulKey, character

MAX_TOLD_CHARS: Final = 320
_MAX_ITEMS: Final = 12
_MIN_WORDS: Final = 3
_TABLE: Final = read_table("synthetic_soul.voices.composer", "self_words")
_ASKING: Final = frozenset(terms(_TABLE.pop("question")["asking"]))
_KIN: Final = {
    key: frozenset(terms(words)) for word, words in _TABLE.pop("kin").items() for key in terms(word)
}
_LABELS: Final = {topic: frozenset(terms(row["labels"])) for topic, row in _TABLE.items()}
_WORDS: Final = {topic: frozenset(terms(row["words"])) for topic, row in _TABLE.items()}
_LEAST: Final = {topic: int(row.get("least", 1)) for topic, row in _TABLE.items()}
_BEING: Final = ("age", "work", "home", "origin", "species")
"""Topics that are told, where nothing else is known of them, by what the character is."""
_MIN_SHARE: Final = 0.5
_TINY: Final = 1e-9
_PERSON_SAID: Final = re.compile(r"^(?:the person|the visitor):", re.IGNORECASE | re.MULTILINE)
_MARKUP: Final = re.compile(r"```.*?(?:```|\Z)|<[^<>\n]{1,80}>|[*_#`~]{1,4}", re.DOTALL)
_SENTENCE: Final = re.compile(r"[^.!?…。！？\n]+(?:[.!?…。！？]+[\"”’')]*|(?=\n)|\Z)")
_NO_PROSE: Final = re.compile(r"[{}\[\]|<>=]|\w\(\"|:\s*$|^\s*[-•]")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a list with its ``label``, with the stems of its words.

    What ``is_own`` is said by the character itself, as it stands.
    """

    text: str
    stems: frozenset[str]
    label: str = ""
    is_own: bool = False

    def is_of(self, topic: str) -> bool:
        """Return whether the passage is a list of this topic."""
        return bool(self.label) and not _LABELS[topic].isdisjoint(terms(self.label))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the soul's author had it answer to a question with these stems."""

    asked: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class SelfKnowledge:
    """The passages of a soul's texts, its answers, and where it is ("" where nothing says so)."""

    name: str
    passages: tuple[Passage, ...]
    answers: tuple[Answer, ...]
    scene: str

    def about(self, topic: str) -> str:
        """Return what is known of ``topic``, a table of ``self_words.toml``, or ""."""
        words = _WORDS[topic] | _LABELS[topic]
        for answer in self.answers:
            if 2 * len(answer.asked & words) >= len(answer.asked) > 0:
                return answer.text
        listed = grammar.join_list([p.text for p in self.passages if p.is_of(topic) and p.text])
        sentences = [p for p in self.passages if not (p.label or p.is_own)]
        if topic == "self":
            return self._told(sentences) or listed
        words, least = _WORDS[topic], _LEAST[topic]
        return listed or self._told([p for p in sentences if len(p.stems & words) >= least])

    def being(self) -> str:
        """Return the first sentence that says what it is ("I am a baker …"), or ""."""
        told = (in_first_person(p.text, self.name) for p in self.passages if not p.label)
        return next((text for text in told if text.startswith(("I am a ", "I am an "))), "")

    def taste(self, question: str) -> str:
        """Return the passage on likes or dislikes that has a word of the question, or ""."""
        asked = frozenset(terms(question)) - _WORDS["taste"]
        for passage in self.passages:
            is_taste = passage.is_of("taste") or not passage.stems.isdisjoint(_WORDS["taste"])
            if is_taste and not passage.stems.isdisjoint(asked):
                label = passage.label and f"{grammar.upper_first(passage.label)}: "
                return f"{label}{passage.text}" if label else self._told([passage])
        return ""

    def answer_to(self, question: str, *, wholly: bool = False) -> str:
        """Return the answer or passage that has most of what a question asks about, or "".

        ``wholly``: all of it.
        """
        asked = frozenset(terms(question))
        for answer in self.answers:
            shared = asked & answer.asked
            if shared and 2 * len(shared) > max(len(asked), len(answer.asked)):
                return answer.text
        best = self._nearest(asked - _ASKING, 1.0 if wholly else _MIN_SHARE)
        if best is None and wholly:
            return ""
        if best is None:
            return next((self.of(topic) for topic in _BEING if asked & _LABELS[topic]), "")
        return best.text if best.label or best.is_own else self._told([best])

    def _nearest(self, asked: frozenset[str], least: float) -> Passage | None:
        """Return the passage with most of what is asked, by the rarity of its words.

        None has less than ``least``, a share.
        """
        counts = Counter(term for passage in self.passages for term in passage.stems)
        kin = {term: _KIN.get(term, frozenset()) | {term} for term in asked}
        rarity = {
            term: math.log(1 + len(self.passages) / max(1, sum(counts[word] for word in words)))
            for term, words in kin.items()
        }
        best, top = None, least * sum(rarity.values()) - _TINY
        for passage in self.passages:
            held = [term for term in asked if not passage.stems.isdisjoint(kin[term])]
            share = sum(rarity[term] for term in held)
            if held and share >= top and (best is None or share > top):
                best, top = passage, share
        return best

    def of(self, topic: str) -> str:
        """Return what is known of ``topic``, else what it is."""
        return self.about(topic) or self.being()

    def _told(self, passages: Iterable[Passage]) -> str:
        """Tell sentences in the first person as far as all can be; else quote them."""
        texts = [passage.text for passage in passages]
        if not texts:
            return ""
        own = [in_first_person(text, self.name) for text in texts]
        if any(own[:1]):
            return first_sentences(
                " ".join(own[: own.index("")] if "" in own else own), MAX_TOLD_CHARS
            )
        return grammar.quoted(first_sentences(" ".join(texts), MAX_TOLD_CHARS), MAX_TOLD_CHARS)


def spoken_in(text: str, name: str) -> str:
    """Return what the character ``name`` says in a text that is a dialogue, else the text."""
    turns = [turn for part in parse_dialogues(text, name) for turn in part]
    said = (direct_speech(turn.text) for turn in turns if turn.speaker == CHARACTER)
    return next(filter(None, said), text) if len(turns) > 1 else text


def self_knowledge(soul: Soul) -> SelfKnowledge:
    """Read the texts of ``soul``; the last 64 souls are cached."""
    return _self_knowledge(SoulKey(soul))


@personal_cache(64)
def _self_knowledge(same: SoulKey) -> SelfKnowledge:
    soul = same.soul
    background = _without_heads(soul.entity.background or "")
    interview = parse_dialogues(_PERSON_SAID.sub("{{user}}:", background), soul.name)
    lists = list(_lists(background))
    own = tuple(_answers(interview))
    sentences = [] if own else list(_sentences(background))
    answers = (*own, *_answers(dialogues_of(soul)))
    passages = (*lists, *sentences, *_notes(same))
    return SelfKnowledge(soul.name, passages, answers, _scene(soul, lists))


def _notes(same: SoulKey) -> Iterator[Passage]:
    """Yield what the author wrote for the character to say, and what it is good at."""
    notes = character(same.soul).notes
    yield from (Passage(text, frozenset(terms(text)), is_own=True) for text in notes.stories)
    for topic, text in (*notes.favourites.items(), *notes.opinions.items()):
        told = grammar.upper_first(text)
        yield Passage(told, frozenset(terms(f"{topic} {text}")), is_own=True)


def _answers(dialogues: Iterable[Iterable[Turn]]) -> Iterator[Answer]:
    """Yield what the character answers to the person in dialogues."""
    for turns in dialogues:
        for asked, answer in pairwise(turns):
            said = direct_speech(answer.text)
            if asked.speaker == PERSON and answer.speaker == CHARACTER and said:
                yield Answer(frozenset(terms(asked.text)), said)


def _without_heads(text: str) -> str:
    """Return a text without labels that stand before prose ("Persona: …")."""
    for entry in entries_in(text):
        if not _LABELS["prose"].isdisjoint(terms(entry.label)):
            text = text.replace(entry.raw, entry.raw.partition(":")[2] or entry.raw)
    return text


def _lists(text: str) -> Iterator[Passage]:
    for entry in entries_in(text):
        items = ", ".join(item.strip(" ,") for item in entry.items[:_MAX_ITEMS])
        yield Passage(items, frozenset(terms(f"{entry.label} {items}")), entry.label)


def _sentences(text: str) -> Iterator[Passage]:
    """Yield the sentences of a text that are none of a list's."""
    for entry in entries_in(text):
        text = text.replace(entry.raw, "\n")
    for match in _SENTENCE.finditer(_MARKUP.sub(" ", text)):
        sentence = " ".join(match[0].split())
        if len(sentence.split()) >= _MIN_WORDS and not _NO_PROSE.search(sentence):
            yield Passage(sentence, frozenset(terms(sentence)))


def _scene(soul: Soul, lists: Iterable[Passage]) -> str:
    """Return the scenario, what a list says of the place, or what the opening tells."""
    scenario = (soul.model_extra or {}).get(SCENARIO_KEY)
    candidates = [
        scenario if isinstance(scenario, str) else "",
        *(passage.text for passage in lists if passage.is_of("place")),
        *(narration(opening) for opening in openings_of(soul)[:1]),
    ]
    texts = (" ".join(_MARKUP.sub(" ", text).split()) for text in candidates)
    tells = (text for text in texts if len(text.split()) >= _MIN_WORDS and text[-1] not in ":,")
    return next((_whole(first_sentences(text, MAX_TOLD_CHARS)) for text in tells), "")


def _whole(text: str) -> str:
    """Return a text with a stop at its end."""
    return f"{text}." if text[-1].isalnum() else text
