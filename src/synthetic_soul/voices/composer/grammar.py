"""Small English grammar: changing person, times in words, lists, sentence tidying.

What cannot be turned with certainty gives None, and the composer leaves it out.
"""

import re
from collections.abc import Sequence
from typing import Final

from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import clip
from synthetic_soul.toml_tables import read_table

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_TABLE: Final = read_table("synthetic_soul.voices.composer", "grammar")
_TURN: Final = _TABLE["turn"]
_NOUN: Final = _TABLE["noun"]
_SELF: Final = _TABLE["self"]
_SOMEBODY: Final = _TABLE["somebody"]


def _either(words: str) -> str:
    """Return the pattern of any of these words."""
    return "|".join(words.split())


def _pairs(words: str) -> dict[str, str]:
    """Return what each word becomes, of ``word=other``."""
    return dict(pair.split("=", maxsplit=1) for pair in words.split())


_NUMBERS: Final = tuple(_NOUN["numbers"].split())
_TURNED: Final = _pairs(_TURN["words"])
_AFTER_I: Final = _pairs(_TURN["verbs"])
_SUBJECTS: Final = frozenset(_TURN["subjects"].split())
_UNTURNABLE: Final = frozenset(_TURN["never_with"].split())
_DETERMINER: Final = re.compile(
    rf"(?i)\b({_either(_NOUN['determiners'])})\s+((?:{_either(_NOUN['adjectives'])})\s+)?"
)
_TURNED_DETERMINERS: Final = _pairs(_NOUN["turned"])
_ABOUT_SOMEBODY: Final = re.compile(rf"(?i)\b(?:{_either(_NOUN['after_which_not'])})\s*$")
_AFTER_NOUN: Final = frozenset(plain_words(_NOUN["ended_by"]))
_CONSONANTS: Final = "|".join(
    (_either(_NOUN["spoken_consonant"]), rf"(?:{_either(_NOUN['spoken_consonant_words'])})\b")
)
_VOWEL: Final = re.compile(rf"(?i)(?!{_CONSONANTS})(?:[aeiou]|{_either(_NOUN['silent_start'])})")
_EDGES: Final = " \t\r\n.,;:!?…–—-"
_MAX_TURNED_WORDS: Final = 16
_OBJECT: Final = re.compile(
    rf"\b({_either(_SELF['before_object'])}) her"
    rf"(?=$|[.,;]| (?:{_either(_SELF['after_object'])})\b)"
)
_DOES: Final = _either(_SELF["verbs"])
_IRREGULAR: Final = _pairs(_SELF["irregular"])
_ES_ENDINGS: Final = tuple(_SELF["es_endings"].split())
_SECOND_VERB: Final = re.compile(
    rf"(?:\b(?:{_either(_SELF['before_second_verb'])})|,)"
    rf" (?!(?:{_either(_SELF['no_second_verb'])})\b)[a-z]+s\b"
)
"""What may be a verb of the same subject, and would have to be turned, too."""
_NEXT_CLAUSE: Final = re.compile(r"(?<=[.!?])\s|[;:]")
_IS_SOMEBODY: Final = re.compile(
    rf"An? (?:[\w'’-]+,? ){{0,6}}?(?:{_either(_SOMEBODY['nouns'])}"
    rf"|(?!{_either(_SOMEBODY['things'])})[a-z]{{2,}}(?:{_either(_SOMEBODY['endings'])}))"
    rf"(?=,|$| (?:{_either(_SOMEBODY['followed_by'])})\b)"
)
"""A description that leaves out its subject: "A quiet baker from Ghent"."""
_FIRST_PERSON: Final = re.compile(r"\A(?:My|In my)\b|\bI(?:['’]\w+)?\b")
_ADVERBS: Final = frozenset(plain_words(_SELF["no_verbs"]))
_OF_SELF: Final = _pairs(_SELF["words"])
_OF_ME: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), mine) for pattern, mine in _TABLE["addressed"]["rules"]
)
_OWNED: Final = re.compile(r"^(?:His|Her) (?=[a-z])")
_SOMEBODY_ELSE: Final = re.compile(
    r"(?i)\b(?:he|she|him|his|her|hers)\b.*\b(?:he|she|him|his|her|hers)\b"
)
_MAX_BACKGROUND_CHARS: Final = 260


def turn_person(text: str) -> str | None:
    """Change the person: "my dog and I" becomes "your dog and you".

    Return None where the result may be ungrammatical: a question, a quotation, several sentences,
    anything that speaks of "you", or more than 16 words.
    """
    body = " ".join(text.split()).strip(_EDGES).replace("’", "'")
    words = plain_words(body)
    if not words or len(words) > _MAX_TURNED_WORDS or not _UNTURNABLE.isdisjoint(words):
        return None
    if re.search(r"[.!?;:\"“”()\[\]{}<>/\\*_#@=]|(^|\W)'|'(\W|$)", body):
        return None
    before = ""
    turned: list[str] = []
    for piece in re.split(r"([^\w']+)", body):
        low = piece.casefold()
        turned.append(_turned(piece, low, before))
        before = low if low.strip() else before
    return "".join(turned)


def _turned(piece: str, low: str, before: str) -> str:
    if low in _AFTER_I and before in _SUBJECTS:
        return _AFTER_I[low]
    return _TURNED.get(low, piece)


def lower_first(text: str) -> str:
    """Lower the first letter, except of an acronym or "I"."""
    head = text.split(" ", 1)[0]
    if head[:1].isupper() and (head == "I" or head[1:] != head[1:].lower() or "'" in head[:2]):
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Raise the first letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def an(noun: str) -> str:
    """Return the noun with its indefinite article: "an owl", "a unicorn"."""
    return f"{'an' if _VOWEL.match(noun) else 'a'} {noun}"


def number_word(count: int) -> str:
    """Return a count in words up to twelve, in digits beyond."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else str(count)


def time_span(millis: int) -> str:
    """Return milliseconds in words: "three days", "an hour", "a few minutes"."""
    steps = (
        (365 * DAY, "year", "a year"), (30 * DAY, "month", "a month"), (7 * DAY, "week", "a week"),
        (DAY, "day", "a day"), (HOUR, "hour", "an hour"),
    )  # fmt: skip
    for size, unit, single in steps:
        least = 2 * size if unit in {"week", "month"} else size
        if millis >= least * 0.95:
            count = max(1, round(millis / size))
            return single if count == 1 else f"{number_word(count)} {unit}s"
    return "a few minutes"


def time_ago(millis: int) -> str:
    """Return when something was, in words: "three days ago", "yesterday", "a moment ago"."""
    if millis < 10 * MINUTE:
        return "a moment ago"
    if millis < HOUR:
        return "a little while ago"
    if 18 * HOUR <= millis < 36 * HOUR:
        return "yesterday"
    return f"{time_span(millis)} ago"


def join_list(items: Sequence[str]) -> str:
    """Return items as running text: "tea, rain and Ghent"."""
    if len(items) < 2:  # noqa: PLR2004 - a list of one needs no "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def quoted(text: str, limit: int = 90) -> str:
    """Return the text in quotation marks on one line, without marks that would end it early."""
    flat = clip(re.sub(r"[\"“”«»{}<>]", "", text), limit).rstrip(".,;: ")
    return f"“{flat}”"


def tidy(text: str) -> str:
    """Return whole sentences on one line: single spaces, capitals, a stop at the end."""
    flat = " ".join(text.split())
    flat = re.sub(r" ([,.;:!?])", r"\1", flat)
    # What is quoted stays as it was said.
    flat = re.sub(r"([^.!?…])” (?=[A-Z])", r"\1”. ", flat)
    parts = re.split(r"(“[^”]*”)", flat)
    flat = "".join(part if part.startswith("“") else _tidy_part(part) for part in parts)
    flat = upper_first(flat)
    last = flat.rstrip("”\"’')")[-1:]
    return f"{flat}." if last.isalnum() or (last and last in ",;:–—-") else flat


def _tidy_part(text: str) -> str:
    text = re.sub(r"([.!?…]) ([^\W\d_])", _capital, text)
    return re.sub(r",{2,}", ",", re.sub(r"(?<!\.)\.\.(?!\.)", ".", text))


def _capital(match: re.Match[str]) -> str:
    stop, letter = match.groups()
    # What an ellipsis leaves hanging goes on in small letters.
    return f"{stop} {letter if stop[0] == '…' else letter.upper()}"


def noun_phrase(text: str, topics: Sequence[str]) -> str:
    """Return a noun phrase around the weightiest topic, turned: "your bike" of "my bike".

    Return "" where no topic stands right after an article or a possessive.
    """
    for topic in topics:
        for match in _DETERMINER.finditer(text):
            rest = text[match.end() :]
            if not re.match(rf"(?i){re.escape(topic)}\b(?![-'’])", rest):
                continue
            # "He is a fool" speaks of him, not of the fool.
            if _ABOUT_SOMEBODY.search(text[: match.start()]):
                continue
            topic_end = _whole_noun(rest, topic, topics)
            if not topic_end:
                continue
            article = match[1].casefold()
            turned = _TURNED_DETERMINERS.get(article, article)
            return f"{turned} {(match[2] or '').casefold()}{rest[:topic_end]}"
    return ""


def _whole_noun(rest: str, topic: str, topics: Sequence[str]) -> int:
    """Return where the noun that begins with ``topic`` ends ("apple tree"), or 0 if unclear."""
    end = len(topic)
    while match := re.match(r" ([\w'’-]+)", rest[end:]):
        word = match[1].casefold()
        if word in _AFTER_NOUN or word.isdigit() or word.endswith("ed"):
            return end
        if word not in topics:
            return 0
        end += match.end()
    return end


def in_first_person(text: str, name: str) -> str:
    """Return the first sentence of a text about ``name`` in the first person, "" where unsafe.

    "I keep bees" stays as it is; "you" is whom the text describes.
    """
    first = _NEXT_CLAUSE.split(text.strip(), maxsplit=1)[0].strip(" .")
    if len(first) > _MAX_BACKGROUND_CHARS:
        return ""
    if _FIRST_PERSON.search(first):
        return f"{first}."
    if re.match(r"Your?\b", first):
        return f"{upper_first(_of_me(first))}."
    if _IS_SOMEBODY.match(first):
        return f"I am {lower_first(first)}."
    if _OWNED.match(first) and not _SOMEBODY_ELSE.search(first):
        return f"My {_of_me(_OWNED.sub('', first))}."
    given = re.escape(name.split(" ", maxsplit=1)[0])
    subject = rf"(?:{given}(?: [A-Z][\w-]+)?|She|He)"
    match = re.match(rf"{subject} (?P<verb>{_DOES}|[a-z]+[^\Ws]s)(?P<rest>\b.*)", first)
    return _of_whom(match["verb"], match["rest"]) if match else ""


def _of_whom(verb: str, rest: str) -> str:
    """Turn a verb of the third person, and what follows, to "I"; "" where that is unsafe."""
    if verb in {"is", "was"} and not re.match(r" (?:an?|the|born) ", rest):
        return ""
    if verb in _ADVERBS or _SECOND_VERB.search(rest):
        return ""
    for other, mine in _OF_SELF.items():
        rest = re.sub(rf"\b{other}\b", mine, rest)
    rest = re.sub(r"\band (has|is|does)\b", lambda match: f"and {first_form(match[1])}", rest)
    rest = _OBJECT.sub(r"\1 me", rest)
    rest = re.sub(r"\bher\b(?=\s+[a-z])", "my", rest)
    if re.search(r"\b(?:her|its?)\b|\bI (?!was\b)\w+s\b", rest):
        return ""
    return f"I {first_form(verb)}{rest}."


def with_us(scene: str, own: str, person: str) -> str:
    """Return a scene as one who is in it tells the other one: "You and I are stuck"."""
    # No patterns: their cache would keep the person's name.
    for other in filter(None, ("the person", "The person", person)):
        for pair in (f"{own} and {other}", f"{other} and {own}"):
            if scene.startswith(f"{pair} "):
                scene = f"You and I{scene[len(pair) :]}"
            scene = scene.replace(f". {pair} ", ". You and I ").replace(f"{pair} ", "you and I ")
    return scene.replace("The person ", "The visitor ").replace("the person", "the visitor")


def first_form(verb: str) -> str:
    """Return the form of a verb behind "I": "am" of "is", "carry" of "carries"."""
    if verb in _IRREGULAR or not verb.endswith("s"):
        return _IRREGULAR.get(verb, verb)
    if verb.endswith("ies") and len(verb) > len("ties"):
        return f"{verb[:-3]}y"
    return verb.removesuffix("es") if verb.endswith(_ES_ENDINGS) else verb[:-1]


def _of_me(text: str) -> str:
    """Turn a text that calls the character "you" to "I"."""
    for yours, mine in _OF_ME:
        text = yours.sub(mine, text)
    return text
