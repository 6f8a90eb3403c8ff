"""What writers of characters mean by their texts: names, lists of qualities, dialogues, greetings.

Nothing here is obeyed; texts are only taken apart. All patterns are linear in the text's length.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_TRAIT: Final = 40  # characters; what is longer is a sentence, not a quality
LONGEST_CLAUSE: Final = 200
LONGEST_TEXT: Final = 65_536  # characters that are taken apart; longer ones are kept all the same
MOST_WORDS: Final = 3  # of a quality's name
MOST_TRAITS: Final = 24
LONGEST_GREETING: Final = 400  # characters that are still said in one breath
_CHARACTER = re.compile(r"\{\{char\}\}|<bot>", re.IGNORECASE)
_PERSON = re.compile(r"\{\{user\}\}|<user>", re.IGNORECASE)
_STARTING = re.compile(
    r"(?:(?<=[.!?]\s)|\A)(?:(\{\{user\}\}|<user>)|\{\{char\}\}|<bot>)", re.IGNORECASE
)


def named(text: str, name: str, person: str) -> str:
    """Put names in the place of ``{{char}}`` and ``{{user}}``; a sentence begins with a capital."""
    first = {True: person[:1].upper() + person[1:], False: re.sub("^the ", "The ", name)}
    text = _STARTING.sub(lambda match: first[match[1] is not None], text)
    return _CHARACTER.sub(lambda _: name, _PERSON.sub(lambda _: person, text))


# -- lists of qualities ----------------------------------------------------------------------------

_ITEM = r'"[^"\[\]()]{0,200}"'
_BRACKETS = re.compile(r"\[([^\[\]=:\"]{1,80})[=:]([^\[\]]{1,4000})\]")  # [Mia's body= "tall"]
_JOINED = rf"{_ITEM}(?:\s{{0,9}}[+,]\s{{0,9}}{_ITEM}){{0,99}}"
_CALL = re.compile(rf"([A-Za-z][A-Za-z /_-]{{0,40}})\(\s{{0,9}}({_JOINED})\s{{0,9}}\)")
_FRAME = re.compile(
    r"\[?character *\( *\"[^\"()]{0,80}\" *\)\s{0,9}\{|^[ \t]*\}\]?", re.IGNORECASE | re.MULTILINE
)
_LINE = re.compile(r"^[ \t]*([A-Za-z][A-Za-z /_-]{0,30}):[ \t]*(\S.{0,400})$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]{1,200})"')
_OF_CHARACTER = ("personality", "traits", "mind", "nature")


@dataclass(frozen=True, slots=True)
class Described:
    """A description taken apart: prose, the qualities it lists, single facts, a dialogue.

    ``lists`` are the pieces of the text in which the qualities stand.
    """

    prose: str
    lists: tuple[str, ...]
    qualities: tuple[str, ...]
    facts: dict[str, str]
    dialogue: str


def described(text: str, name: str) -> Described:
    """Take a description apart; lists such as ``[Mia's body= "tall"]`` become plain sentences."""
    text, rest = text[:LONGEST_TEXT], text[LONGEST_TEXT:]
    start = match.start() if (match := _DIALOGUE.search(text)) else len(text)
    end = match.start() if (match := _NOTE.search(text, start)) else len(text)
    prose, dialogue = f"{text[:start]}\n{text[end:]}", text[start:end]
    lists: list[str] = []
    qualities: list[str] = []
    facts: dict[str, str] = {}

    def said(match: re.Match[str]) -> str:
        head, items = match[1].strip(), _items(match[2])
        if head.lower().endswith(_OF_CHARACTER):
            lists.append(match[0])
            qualities.extend(items if len(items) > 1 else items[0].split(","))
            return ""
        if head == name and items[0][:1].islower():
            return f"{head} {items[0]}.\n"
        facts.setdefault(head.lower().rpartition("'s ")[2], items[0])
        return f"{head}: {', '.join(items)}.\n"

    prose = _CALL.sub(said, _BRACKETS.sub(said, _FRAME.sub("", prose)))
    for head, value in _LINE.findall(prose):
        facts.setdefault(head.strip().lower(), value.strip().rstrip("."))
    bare = (line.strip() for line in prose.splitlines())
    told = "\n".join(filter(None, [*bare, rest.strip()]))
    return Described(told, tuple(lists), tuple(qualities), facts, dialogue)


def _items(text: str) -> list[str]:
    quoted = [item.strip() for item in _QUOTED.findall(text)]
    return list(filter(None, quoted)) or [text.strip().rstrip(".")]


# -- traits ----------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE = re.compile(r"[,;/]|\band\b|\bbut\b|\byet\b")
_LEAD = re.compile(
    r"\A(?:(?:she|he|they|it|i|you)\s+|[A-Z][\w'’-]*\s+)?(?:is|are|am|can be|tends to be|seems)\s+"
    r"(?:(?:an?|very|quite|always|often|also|both|a bit|a little|rather|really|extremely)\s+)*"
)
_ADVERB = re.compile(r"\A(?:also|very|quite|always|often|both|rather|really|extremely|an?)\s+")
_TAIL = re.compile(
    r"\s+(?:towards?|to|when|with|about|for|in|of|at|if|who|that|which|by|as|because|around|on)\s.*"
)
_WORDS_THAT_JOIN = """
with the this these those her his their its my your who which when if because although while in on
at by for from to of as not no has have had was were will would can could do does
"""
_WORDY = frozenset(_WORDS_THAT_JOIN.split())
_DOES = re.compile(
    r"(?:(?:she|he|they|it|[A-Z][\w'’-]*)\s+)?(?P<does>(?:has|does|likes?|loves?|hates?|dislikes?|"
    r"enjoys?|speaks?|talks?|acts?|thinks?|wants?|tries|knows?|never|always|often|gets?|uses?|"
    r"prefers?|fears?|cares?|keeps?|makes?|tends?)\b.*)"
)
_GRADED: Final = (
    (re.compile(r"notably (.+)"), 0.8),
    (re.compile(r"somewhat (.+)"), 0.5),
    (re.compile(r"less (.+) than usual"), -0.3),
    (re.compile(r"avoids being (.+)"), -0.8),
)


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality found in a text: its name, how strong, and the sentence that says how it shows."""

    name: str
    strength: float = 0.5
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Temper:
    """What a text says about a character: its qualities, and what it does."""

    qualities: tuple[Quality, ...]
    habits: tuple[str, ...]


def temper(text: str, listed: Sequence[str] = ()) -> Temper:
    """Find qualities and habits in a text, be it a list or sentences, and in a list of words."""
    qualities: list[Quality] = []
    habits: list[str] = []
    for sentence in filter(None, (part.strip() for part in _SENTENCE.split(text[:LONGEST_TEXT]))):
        found, more, bare = _of_sentence(sentence)
        if not found and (does := _DOES.fullmatch(sentence[:LONGEST_CLAUSE].rstrip(".!"))):
            habits.append(does["does"])
            continue
        shown = sentence if found and len(sentence.split()) > bare + 2 else ""
        qualities += [Quality(n, s, "" if place else shown) for place, (n, s) in enumerate(found)]
        habits += [] if shown else [part for part in more if _DOES.fullmatch(part)]
    qualities += [Quality(name) for item in listed if (name := _name(item))]
    once = {quality.name.casefold(): quality for quality in reversed(qualities)}
    return Temper(tuple(reversed(once.values()))[:MOST_TRAITS], tuple(dict.fromkeys(habits)))


def _of_sentence(sentence: str) -> tuple[list[tuple[str, float]], list[str], int]:
    """Give the qualities of a sentence, its clauses that are none, and how many words name them."""
    found: list[tuple[str, float]] = []
    rest: list[str] = []
    bare = 0
    for clause in filter(None, (part.strip() for part in _CLAUSE.split(sentence))):
        graded, strength = _graded(clause.rstrip("."))
        if name := _name(graded):
            found.append((name, strength))
            bare += len(name.split()) + 1 + len(clause.split()) - len(graded.split())
        else:
            rest.append(clause.rstrip("."))
    return found, rest, bare


def _graded(clause: str) -> tuple[str, float]:
    for pattern, strength in _GRADED:
        if match := pattern.fullmatch(clause):
            return match[1], strength
    return clause, 0.5


def _name(clause: str) -> str:
    """Give the quality that a clause names, in lower case; nothing where it says something else."""
    if len(clause) > LONGEST_CLAUSE or set("{}<>") & set(clause):
        return ""
    bare = _LEAD.sub("", clause.strip(" .!?\"'*()[]{}"))
    bare = _TAIL.sub("", _ADVERB.sub("", bare)).strip()
    words = bare.lower().split()
    if (
        not 0 < len(words) <= MOST_WORDS
        or len(bare) > LONGEST_TRAIT
        or not any(map(str.isalpha, bare))
    ):
        return ""
    if _WORDY.intersection(words) or _DOES.fullmatch(bare) or set(':="') & set(bare):
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


def exchanges(text: str, name: str) -> Iterator[list[dict[str, str]]]:
    """Take example dialogues apart: for each its turns, ``{"speaker", "text"}``.

    Speakers are "person" and "character"; the name of anybody else is kept.
    """
    for part in _START.split(text[:LONGEST_TEXT]):
        marks = list(_SPEAKER.finditer(part))
        ends = [mark.start() for mark in marks[1:]] + [len(part)]
        turns = [
            {"speaker": _speaker(mark[1], name), "text": named(said, name, "you")}
            for mark, end in zip(marks, ends, strict=False)
            if (said := part[mark.end() : end].strip())
        ]
        if turns:
            yield turns


def _speaker(mark: str, name: str) -> str:
    mark = mark.strip()
    if _CHARACTER.fullmatch(mark) or mark.casefold() == name.casefold():
        return "character"
    return "person" if _PERSON.fullmatch(mark) or mark.casefold() == "you" else mark


def dialogue(examples: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Write example dialogues, each a list of (speaker, text), as cards do."""
    marks = {"person": "{{user}}", "character": "{{char}}"}
    lines: list[str] = []
    for turns in examples:
        lines += ["<START>", *(f"{marks.get(who, who)}: {said}" for who, said in turns)]
    return "\n".join(lines)


# -- greetings -------------------------------------------------------------------------------------

_NOTE = re.compile(r"^\[", re.MULTILINE)  # [Genre: …] behind a dialogue belongs to the prose
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_ACTION = re.compile(r"\*[^*]*\*")
_SPEECH = re.compile(r'"([^"\n]{1,2000})"|“([^”\n]{1,2000})”')
_END_OF_SENTENCE = re.compile(r"[.!?…][\"”')]*(?=\s|\Z)")


def greeting(text: str, name: str) -> str:
    """Give what of a greeting is said aloud, without what is told around it.

    Where nothing is said aloud, what is told; of a long one the start.
    """
    text = named("\n".join(map(_led_to_nothing, _CODE.split(text))), name, "you")
    aloud = _ACTION.sub(" ", text)
    quoted = " ".join("".join(pair) for pair in _SPEECH.findall(aloud))
    told = 2 * len(quoted) >= len(aloud) or ("*" in text and quoted)
    spoken = " ".join((quoted if told else aloud).split())
    return _shortened(spoken or " ".join(text.replace("*", " ").split()))


def _led_to_nothing(text: str) -> str:
    """Take away the last line before a piece of code, if it says no more than that it follows."""
    before, _, last = text.rstrip().rpartition("\n")
    return before if last.endswith(":") else text


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_GREETING:
        return text
    ends = [match.end() for match in _END_OF_SENTENCE.finditer(text, 0, LONGEST_GREETING)]
    if ends:
        return text[: ends[-1]]
    return text[:LONGEST_GREETING].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
