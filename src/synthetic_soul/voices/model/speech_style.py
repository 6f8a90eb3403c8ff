"""How long a soul's replies are and which markup they have, measured in its own lines.

What its example dialogues show counts most, then the first message of the card it was read from.
Where there is neither, the lines that its author wrote for it (greetings, comforts, …) are
measured, and its own description of its voice goes before them.
"""

import re
import statistics
from collections.abc import Callable, Sequence
from typing import Final

from soulscript import Soul
from soulscript.prompts import CHARACTER, Turn, dialogues_of, openings_of
from synthetic_soul.nlu.text.normal_form import UNSPACED
from synthetic_soul.nlu.text.sentences import find_emoji
from synthetic_soul.voices.composer.grammar import number_word

_PARAGRAPH: Final = re.compile(r"\n\s*\n|\n")
_SENTENCE: Final = re.compile(r"[.!?…。！？]+[\"”’')*」』]*")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CHARS_OF_UNSPACED_WORD: Final = 2
_ACTION: Final = re.compile(r"(?<![*\w])\*(?!\s)[^*\n]+\*(?!\w)|(?<!_)_(?!\s)[^_\n]{3,}_(?![\w_])")
_SPEECH: Final = re.compile(r'"[^"\n]{2,}"|“[^”\n]{2,}”|「[^」\n]+」|«[^»\n]+»')
_MARKDOWN: Final = re.compile(r"^\s*(?:#{1,6} |[-*+] |\d+[.)] )|\*\*[^*\n]+\*\*|```", re.MULTILINE)
_EMOJI: Final = re.compile(r"[\U0001f300-\U0001faff\u2600-\u27bf]")
_MIN_SHARE: Final = 0.34
"""Share of lines from which a kind of markup counts as a habit."""
_ROUND_WORDS: Final = 10
_MAX_EXACT_WORDS: Final = 20

_EXTRA_SENTENCES: Final = 2
"""What a reply may have beyond a greeting or an opinion, as it reacts and asks, too."""

_OWN_LINES: Final = "Your replies are like your own lines: "
_STYLE_FIRST: Final = (
    "Where your style above says nothing else, your replies are like your own lines: "
)
_UNMEASURED: Final = (
    "Let your style above decide how long your replies are and which form they have; where it "
    "says nothing, write plain text, as much as the moment asks for."
)


def describe_replies(soul: Soul) -> str:
    """Return a sentence about length and markup of the soul's replies."""
    examples = [turn.text for turn in _own_turns(soul)]
    examples += openings_of(soul)
    if examples:
        return f"{_OWN_LINES}{_length(examples)}, {_markup(examples, emoji=soul.engine.emoji)}."
    notes = soul.engine
    lines = [*notes.greetings, *notes.comforts, *notes.delights, *notes.honesty]
    lines += [*notes.opinions.values(), *notes.stories]
    if not lines:
        return _UNMEASURED
    length = _sentences(lines, more=_EXTRA_SENTENCES)
    return f"{_STYLE_FIRST}{length}, {_markup(lines, emoji=notes.emoji)}."


def _own_turns(soul: Soul) -> list[Turn]:
    turns = [turn for dialogue in dialogues_of(soul) for turn in dialogue]
    return [turn for turn in turns if turn.speaker == CHARACTER]


def _length(lines: Sequence[str]) -> str:
    words = round(statistics.median(_words(line) for line in lines))
    if words > _MAX_EXACT_WORDS:
        words = round(words / _ROUND_WORDS) * _ROUND_WORDS
    paragraphs = round(statistics.median(len(_paragraphs(line)) for line in lines))
    about = f"some {words} words" if words > 1 else "a word or two"
    if paragraphs > 1:
        return f"{number_word(paragraphs)} paragraphs, {about} in all"
    return f"{_sentences(lines)}, {about}"


def _sentences(lines: Sequence[str], more: int = 0) -> str:
    """Return how many sentences the middle half of lines have, and up to ``more`` beyond."""
    counts = sorted(max(1, len(_SENTENCE.findall(line))) for line in lines)
    few, many = counts[len(counts) // 4], counts[-1 - len(counts) // 4] + more
    count = number_word(many) if few == many else f"{number_word(few)} to {number_word(many)}"
    return f"{count} {'sentence' if many == 1 else 'sentences'}"


def _markup(lines: Sequence[str], *, emoji: bool) -> str:
    def is_habit(found: Callable[[str], object]) -> bool:
        return sum(bool(found(line)) for line in lines) >= _MIN_SHARE * len(lines)

    habits = []
    if is_habit(_ACTION.search):
        habits.append("with what you do between *asterisks*")
    if is_habit(lambda line: _SPEECH.search(_ACTION.sub("", line))) and habits:
        habits.append("with what you say in quotation marks")
    if is_habit(_MARKDOWN.search):
        habits.append("with Markdown where it helps")
    plain = [] if habits else ["plain text without markup or stage directions"]
    has_emoji = emoji or is_habit(lambda line: _EMOJI.search(line) or find_emoji(line))
    return ", ".join([*plain, *habits, "with emoji" if has_emoji else "without emoji"])


def _paragraphs(line: str) -> list[str]:
    return [part for part in _PARAGRAPH.split(line) if part.strip()]


def _words(line: str) -> int:
    unspaced = len(UNSPACED.findall(line))
    return len(_WORD.findall(UNSPACED.sub(" ", line))) + unspaced // _CHARS_OF_UNSPACED_WORD
