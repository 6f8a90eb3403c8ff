"""Interpretation of English texts about a character.

Sentences and their qualities, macros such as ``{{char}}``, lists of traits, dialogues, greetings.
Texts are only analysed, never obeyed. All patterns are linear in the length of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MODERATE

_MAX_TRAIT_CHARS: Final = 40
_MAX_CLAUSE_CHARS: Final = 200
_MAX_TEXT_CHARS: Final = 65_536  # that are analysed; the rest of a text is kept as it is
_MAX_TRAIT_WORDS: Final = 3
MAX_TRAITS: Final = 24
MAX_GREETING_CHARS: Final = 400


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# -- sentences -------------------------------------------------------------------------------------

_SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", "”", '"')
_MAX_NAME_WORDS: Final = 4  # of a principle
_TRAILING_WORDS: Final = _words("""
a an the and or of to in on at for with by that which who my your our his her its their not is are
be as but than from
""")
_VERBS: Final = _words("""
is are was were be should must shall can could will would has have had do does may might needs need
deserves deserve
""")
_PRONOUNS: Final = _words("i you we he she they it there this that those these")


def sentence(text: str) -> str:
    """Return a text on one line, ended as a sentence."""
    line = " ".join(text.split())
    return line if line.endswith(_SENTENCE_ENDS) else f"{line}."


def without_full_stop(text: str) -> str:
    """Return a text on one line without the full stop at its end."""
    line = " ".join(text.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


def lower_first(text: str) -> str:
    """Return a text as within a sentence: its first word in lower case.

    "I" and words with further capitals stay.
    """
    first = re.match(r"[^\W\d_]+", text)
    if first is None or first[0] == "I" or first[0][1:] != first[0][1:].lower():
        return text
    return text[0].lower() + text[1:]


def principle_name(belief: str) -> str:
    """Name a principle after the subject of its sentence, else after its first words."""
    words = without_full_stop(belief).split()
    verb = next((n for n, word in enumerate(words[:7]) if word.casefold() in _VERBS), 0)
    if words and words[0].casefold() in _PRONOUNS:
        verb = 0
    name = words[:verb] or words[:_MAX_NAME_WORDS]
    while len(name) > 1 and name[-1].casefold() in _TRAILING_WORDS:
        name.pop()
    return " ".join(name).rstrip(",;:") or "principle"


# -- the quality that a sentence names -------------------------------------------------------------

UNNAMED_QUALITY: Final = "distinctive"
"""Quality of sentences that name none by an adjective."""
_MAX_SENTENCE_CHARS: Final = 200  # in which a quality is looked for
SUBJECT: Final = r"(?:you|i|he|she|they|[A-Z][\w'’-]{0,40})"
_DEGREES: Final = {
    "very": 0.8, "extremely": 0.8, "highly": 0.8, "really": 0.8, "deeply": 0.8,
    "incredibly": 0.8, "always": 0.8, "notably": 0.8, "quite": MODERATE, "generally": MODERATE,
    "usually": MODERATE, "often": MODERATE, "naturally": MODERATE, "also": MODERATE,
    "somewhat": 0.3, "slightly": 0.3, "sometimes": 0.3, "occasionally": 0.3, "a bit": 0.3,
    "a little": 0.3,
}  # fmt: skip
_ADJECTIVE: Final = rf"(?:({'|'.join(_DEGREES)}) )?([a-z][a-z-]{{2,30}})"
_IS_ADJECTIVE: Final = re.compile(rf"{SUBJECT} (?:are|am|is) {_ADJECTIVE}(?![\w-])", re.IGNORECASE)
_IS_PERSON: Final = re.compile(
    rf"{SUBJECT} (?:are|am|is) an? {_ADJECTIVE} (?:person|individual|man|woman|human|soul)\b",
    re.IGNORECASE,
)
_HUMOR: Final = re.compile(rf"{SUBJECT} (?:have|has) an? ([a-z-]{{3,30}}) sense of", re.IGNORECASE)
_NOT_QUALITIES: Final = _words("""
able the not someone something always never known going one more less who what very from with and
but because afraid here there used about trying working living interested your his her their its
prone likely still just now only more most
""")
_SENTENCE_BREAK: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_CONTRACTION: Final = re.compile(r"\A(I|You)['’](?:m|re)\b")


def quality_of(text: str) -> tuple[str, float, bool]:
    """Return the quality of a sentence, its strength, and whether the text is its bare name.

    "You are very organized and like to plan." gives ``("organized", 0.8, False)``.
    """
    start = " ".join(text[:_MAX_SENTENCE_CHARS].split())
    match = _IS_PERSON.match(start) or _IS_ADJECTIVE.match(start)
    if match and match[2].casefold() not in _NOT_QUALITIES:
        degree = (match[1] or "quite").casefold()
        return match[2].casefold(), _DEGREES.get(degree, MODERATE), False
    if humor := _HUMOR.match(start):
        return humor[1].casefold(), MODERATE, False
    words = without_full_stop(start).split()
    is_sentence = {"you", "i", "is", "are"} & {word.casefold() for word in words}
    if len(words) <= _MAX_TRAIT_WORDS and not is_sentence:
        return lower_first(" ".join(words)), MODERATE, True
    return UNNAMED_QUALITY, MODERATE, False


def qualities_in(text: str) -> list[tuple[str, float]]:
    """Return the qualities, with their strengths, that a person's own words name.

    "I'm curious about people." gives ``[("curious", 0.5)]``.
    """
    named: dict[str, float] = {}
    for part in _SENTENCE_BREAK.split(text):
        spelled_out = _CONTRACTION.sub(r"\1 are", part.strip()[:_MAX_SENTENCE_CHARS])
        name, strength, bare = quality_of(spelled_out)
        # The name is in lower case, so "I am Sam." names no quality.
        if name != UNNAMED_QUALITY and not bare and name in part:
            named.setdefault(name, strength)
    return [*named.items()][:MAX_TRAITS]


def split_degree(text: str) -> tuple[str, float]:
    """Split the degree from a quality: "very dry" gives ``("dry", 0.8)``."""
    for degree, strength in _DEGREES.items():
        if text.casefold().startswith(f"{degree} "):
            return text[len(degree) :].strip(), strength
    return lower_first(text), MODERATE


# -- macros ----------------------------------------------------------------------------------------

_CHARACTER = re.compile(r"\{\{char\}\}|<bot>", re.IGNORECASE)
_PERSON = re.compile(r"\{\{user\}\}|<user>", re.IGNORECASE)
_STARTING = re.compile(
    r"(?:(?<=[.!?]\s)|\A)(?:(\{\{user\}\}|<user>)|\{\{char\}\}|<bot>)", re.IGNORECASE
)


def expand_macros(text: str, name: str, person: str) -> str:
    """Replace ``{{char}}`` and ``{{user}}`` by names, capitalized at the start of a sentence."""
    first = {True: person[:1].upper() + person[1:], False: re.sub("^the ", "The ", name)}
    text = _STARTING.sub(lambda match: first[match[1] is not None], text)
    return _CHARACTER.sub(lambda _: name, _PERSON.sub(lambda _: person, text))


# -- descriptions ----------------------------------------------------------------------------------

_ITEM = r'"[^"\[\]()]{0,200}"'
_BRACKETS = re.compile(r"\[([^\[\]=:\"]{1,80})[=:]([^\[\]]{1,4000})\]")  # [Mia's body= "tall"]
_JOINED = rf"{_ITEM}(?:\s{{0,9}}[+,]\s{{0,9}}{_ITEM}){{0,99}}"
_CALL = re.compile(rf"([A-Za-z][A-Za-z /_-]{{0,40}})\(\s{{0,9}}({_JOINED})\s{{0,9}}\)")  # W++
_FRAME = re.compile(
    r"\[?character *\( *\"[^\"()]{0,80}\" *\)\s{0,9}\{|^[ \t]*\}\]?", re.IGNORECASE | re.MULTILINE
)
_LINE = re.compile(r"^[ \t]*([A-Za-z][A-Za-z /_-]{0,30}):[ \t]*(\S.{0,400})$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]{1,200})"')
_TRAIT_HEADS = ("personality", "traits", "mind", "nature")


@dataclass(frozen=True, slots=True)
class Description:
    """The parts of a description; ``lists`` are the pieces of text that list the qualities."""

    prose: str
    lists: tuple[str, ...]
    qualities: tuple[str, ...]
    facts: dict[str, str]
    dialogue: str


def parse_description(text: str, name: str) -> Description:
    """Split a description; attribute lists such as ``[Mia's body= "tall"]`` become sentences."""
    text, rest = text[:_MAX_TEXT_CHARS], text[_MAX_TEXT_CHARS:]
    start = match.start() if (match := _DIALOGUE.search(text)) else len(text)
    end = match.start() if (match := _NOTE.search(text, start)) else len(text)
    prose, dialogue = f"{text[:start]}\n{text[end:]}", text[start:end]
    lists: list[str] = []
    qualities: list[str] = []
    facts: dict[str, str] = {}

    def as_sentence(match: re.Match[str]) -> str:
        head, items = match[1].strip(), _items(match[2])
        if head.lower().endswith(_TRAIT_HEADS):
            lists.append(match[0])
            qualities.extend(items if len(items) > 1 else items[0].split(","))
            return ""
        if head == name and items[0][:1].islower():
            return f"{head} {items[0]}.\n"
        facts.setdefault(head.lower().rpartition("'s ")[2], items[0])
        return f"{head}: {', '.join(items)}.\n"

    prose = _CALL.sub(as_sentence, _BRACKETS.sub(as_sentence, _FRAME.sub("", prose)))
    for head, value in _LINE.findall(prose):
        facts.setdefault(head.strip().lower(), value.strip().rstrip("."))
    lines = (line.strip() for line in prose.splitlines())
    prose = "\n".join(filter(None, [*lines, rest.strip()]))
    return Description(prose, tuple(lists), tuple(qualities), facts, dialogue)


def _items(text: str) -> list[str]:
    quoted = [item.strip() for item in _QUOTED.findall(text)]
    return list(filter(None, quoted)) or [text.strip().rstrip(".")]


# -- texts about a personality ---------------------------------------------------------------------

_CLAUSE = re.compile(r"[,;/]|\band\b|\bbut\b|\byet\b")
_LEAD = re.compile(
    r"\A(?:(?:she|he|they|it|i|you)\s+|[A-Z][\w'’-]*\s+)?(?:is|are|am|can be|tends to be|seems)\s+"
    r"(?:(?:an?|very|quite|always|often|also|both|a bit|a little|rather|really|extremely)\s+)*"
)
_ADVERB = re.compile(r"\A(?:also|very|quite|always|often|both|rather|really|extremely|an?)\s+")
_TAIL = re.compile(
    r"\s+(?:towards?|to|when|with|about|for|in|of|at|if|who|that|which|by|as|because|around|on)\s.*"
)
_FUNCTION_WORDS: Final = _words("""
with the this these those her his their its my your who which when if because although while in on
at by for from to of as not no has have had was were will would can could do does
""")
_HABIT = re.compile(
    r"(?:(?:she|he|they|it|[A-Z][\w'’-]*)\s+)?(?P<does>(?:has|does|likes?|loves?|hates?|dislikes?|"
    r"enjoys?|speaks?|talks?|acts?|thinks?|wants?|tries|knows?|never|always|often|gets?|uses?|"
    r"prefers?|fears?|cares?|keeps?|makes?|tends?)\b.*)"
)
_GRADED: Final = (  # as the writer of cards words strengths
    (re.compile(r"notably (.+)"), 0.8),
    (re.compile(r"somewhat (.+)"), 0.5),
    (re.compile(r"less (.+) than usual"), -0.3),
    (re.compile(r"avoids being (.+)"), -0.8),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality, its strength, and the sentence that describes it, if there is one."""

    name: str
    strength: float = MODERATE
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PersonalityText:
    """The interpretation of a text about a personality."""

    qualities: tuple[Quality, ...]
    habits: tuple[str, ...]


def interpret_personality(text: str, listed: Sequence[str] = ()) -> PersonalityText:
    """Find qualities and habits in a text, a list or sentences, and qualities among ``listed``."""
    qualities: list[Quality] = []
    habits: list[str] = []
    parts = (part.strip() for part in _SENTENCE_BREAK.split(text[:_MAX_TEXT_CHARS]))
    for part in filter(None, parts):
        named, others, word_count = _clauses(part)
        if not named and (habit := _HABIT.fullmatch(part[:_MAX_CLAUSE_CHARS].rstrip(".!"))):
            habits.append(habit["does"])
            continue
        rule = part if named and len(part.split()) > word_count + 2 else ""
        qualities += [Quality(n, s, "" if index else rule) for index, (n, s) in enumerate(named)]
        habits += [] if rule else [clause for clause in others if _HABIT.fullmatch(clause)]
    qualities += [Quality(name) for item in listed if (name := _quality_name(item))]
    unique = {quality.name.casefold(): quality for quality in reversed(qualities)}
    first = tuple(reversed(unique.values()))[:MAX_TRAITS]
    return PersonalityText(first, tuple(dict.fromkeys(habits)))


def _clauses(sentence: str) -> tuple[list[tuple[str, float]], list[str], int]:
    """Return the qualities of a sentence, its other clauses, and how many words name qualities."""
    named: list[tuple[str, float]] = []
    others: list[str] = []
    word_count = 0
    for clause in filter(None, (part.strip() for part in _CLAUSE.split(sentence))):
        graded, strength = _grade(clause.rstrip("."))
        if name := _quality_name(graded):
            named.append((name, strength))
            word_count += len(name.split()) + 1 + len(clause.split()) - len(graded.split())
        else:
            others.append(clause.rstrip("."))
    return named, others, word_count


def _grade(clause: str) -> tuple[str, float]:
    for pattern, strength in _GRADED:
        if match := pattern.fullmatch(clause):
            return match[1], strength
    return clause, MODERATE


def _quality_name(clause: str) -> str:
    """Return the quality that a clause names, in lower case; an empty string for none."""
    if len(clause) > _MAX_CLAUSE_CHARS or set("{}<>") & set(clause):
        return ""
    bare = _LEAD.sub("", clause.strip(" .!?\"'*()[]{}"))
    bare = _TAIL.sub("", _ADVERB.sub("", bare)).strip()
    words = bare.lower().split()
    if not 0 < len(words) <= _MAX_TRAIT_WORDS or len(bare) > _MAX_TRAIT_CHARS:
        return ""
    if not any(map(str.isalpha, bare)) or _FUNCTION_WORDS.intersection(words):
        return ""
    if _HABIT.fullmatch(bare) or set(':="') & set(bare):
        return ""
    return " ".join(word.lower() if word[1:].islower() else word for word in bare.split())


# -- dialogues -------------------------------------------------------------------------------------

_DIALOGUE = re.compile(
    r"<START>|^[ \t]*(?:\{\{(?:user|char)\}\}|<USER>|<BOT>)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_START = re.compile(r"<START>|\{\{(?:example_separator)\}\}", re.IGNORECASE)
_SPEAKER = re.compile(
    r"^[ \t]*(\{\{user\}\}|\{\{char\}\}|<user>|<bot>|[^\s:*\"][^:\n*\"]{0,39}):",
    re.IGNORECASE | re.MULTILINE,
)


def parse_dialogues(text: str, name: str) -> Iterator[list[JsonValue]]:
    """Yield the turns of each example dialogue: ``{"speaker", "text"}``.

    Speakers are "person" and "character"; anybody else keeps the name.
    """
    for part in _START.split(text[:_MAX_TEXT_CHARS]):
        marks = list(_SPEAKER.finditer(part))
        ends = [mark.start() for mark in marks[1:]] + [len(part)]
        turns: list[JsonValue] = [
            {"speaker": _speaker(mark[1], name), "text": expand_macros(line, name, "you")}
            for mark, end in zip(marks, ends, strict=False)
            if (line := part[mark.end() : end].strip())
        ]
        if turns:
            yield turns


def _speaker(mark: str, name: str) -> str:
    mark = mark.strip()
    if _CHARACTER.fullmatch(mark) or mark.casefold() == name.casefold():
        return "character"
    return "person" if _PERSON.fullmatch(mark) or mark.casefold() == "you" else mark


def format_dialogues(examples: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Write example dialogues, each a list of (speaker, text), in the syntax of cards."""
    macros = {"person": "{{user}}", "character": "{{char}}"}
    lines: list[str] = []
    for turns in examples:
        lines += ["<START>", *(f"{macros.get(who, who)}: {line}" for who, line in turns)]
    return "\n".join(lines)


# -- greetings -------------------------------------------------------------------------------------

_NOTE = re.compile(r"^\[", re.MULTILINE)  # [Genre: …] behind a dialogue belongs to the prose
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_ACTION = re.compile(r"\*[^*]*\*")
_SPEECH = re.compile(r'"([^"\n]{1,2000})"|“([^”\n]{1,2000})”')
_END_OF_SENTENCE = re.compile(r"[.!?…][\"”')]*(?=\s|\Z)")


def spoken_greeting(text: str, name: str) -> str:
    """Return the direct speech of a greeting, at most 400 characters without narration.

    Where there is no direct speech, return the narration.
    """
    text = "\n".join(map(_without_announcement, _CODE.split(text)))
    text = expand_macros(text, name, "you")
    without_actions = _ACTION.sub(" ", text)
    quoted = " ".join("".join(pair) for pair in _SPEECH.findall(without_actions))
    narrated = 2 * len(quoted) >= len(without_actions) or ("*" in text and quoted)
    spoken = " ".join((quoted if narrated else without_actions).split())
    return _shorten(spoken or " ".join(text.replace("*", " ").split()))


def _without_announcement(text: str) -> str:
    """Remove the last line before a block of code if it ends with a colon."""
    before, _, last = text.rstrip().rpartition("\n")
    return before if last.endswith(":") else text


def _shorten(text: str) -> str:
    if len(text) <= MAX_GREETING_CHARS:
        return text
    ends = [match.end() for match in _END_OF_SENTENCE.finditer(text, 0, MAX_GREETING_CHARS)]
    if ends:
        return text[: ends[-1]]
    return text[:MAX_GREETING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
