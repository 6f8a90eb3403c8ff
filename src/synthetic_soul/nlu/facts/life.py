"""Readers of what somebody likes, plans, does for pleasure, owns and has lived through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.nlu.acts.questions import thing_of
from synthetic_soul.nlu.facts.candidates import NO_MORE, NOW, Found
from synthetic_soul.nlu.text.regex import compiled, lower
from synthetic_soul.nlu.text.vocabulary import OWNED, PETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.nlu.facts.candidates import Reader

_VAGUE = compiled(
    r"""
        ^(?:it|this|that|these|those|them|him|her|you|your|yours|everything|nothing|anything
        |everyone|something|someone|me|us|when|how|what|who|why|where|if|being (?:here|with you)
        |to be honest|to (?:know|hear|see|think|say|ask|die|be (?:with|honest))|talking to you
        |myself|my life|life|people|the (?:way|fact|idea)|not|one|him|the one|a lot|so|too|nobody
        |here|there|all|both|lots)\b(?! of (?:music|books|films|art))
    """,
    re.IGNORECASE,
)
_TIME = compiled(
    r"""
        \b(?:tomorrow|tonight|next|this (?:weekend|week|month|summer|winter|spring|autumn|fall
        |year|afternoon|evening|friday|saturday|sunday|monday|tuesday|wednesday|thursday)
        |on (?:\w+day|the \d+)|in (?:january|february|march|april|may|june|july|august|september
        |october|november|december|spring|summer|autumn|winter|(?:a|two|three|four|five
        |\d+) (?:days?|weeks?|months?))|(?:mon|tues|wednes|thurs|fri|satur|sun)day|at christmas
        |soon|for christmas|over (?:easter|christmas|the summer)|the day after)\b
    """,
    re.IGNORECASE,
)
_ROUTINE = compiled(
    r"""
        ^(?:be|to be|bed|sleep|work|school|the (?:shops?|toilet|bathroom|loo|store|gym|supermarket
        |kitchen|office)|lunch|dinner|breakfast|eat|cry|die|kill|hurt|shower|take a|have a (?:bath
        |shower|nap|look)|cook|nap|rest|hell|bathroom|class|explode|scream|throw|go|get|do|say
        |tell|ask|let|try|need|miss|lose|fail|talk|write|call|stop|leave|make|think|wait|change
        |give|keep|look|watch|home|happen|sue|report|delete|you|jail|church|therapy|lie|tired|better|worse|old|ready|sick|bored|crazy|mad
        |insane|nuts|bald|blind|broke|back|ahead|on|well|fine|out)\b
    """,
    re.IGNORECASE,
)


_OFTEN = compiled(
    r"""
            (?:every|on (?:\w+day)s|in my (?:free|spare) time|as a hobby|a lot|regularly|twice
            |once|most|in a|at the weekend|at weekends)\b
        """,
    re.IGNORECASE,
)
_MADE = compiled(
    r"""
            (?:marathons?|half marathons?|poems?|poetry|songs?|stories|novels|fiction|music
            |stamps?|coins?|vinyls?|records|comics|cards|mushrooms|sweaters|jumpers|socks
            |watercolou?rs|landscapes|portraits|bread|cakes|cookies|my own \w+|clothes|jazz
            |old \w+|antiques?|figurines|books|short stories)\b
        """,
    re.IGNORECASE,
)


def liked(topic: str) -> Reader:
    """Return a reader of tastes: "I love hiking", "I don't like olives", or no more so."""
    other = {"like": "dislike", "dislike": "like"}[topic]

    def read(match: re.Match[str]) -> Iterator[Found]:
        value = match["value"]
        gone = bool(NO_MORE.search(value))
        value = NO_MORE.sub("", value).strip()
        if _VAGUE.match(value):
            return
        if gone:
            yield Found(other, value, retracts=True)
        else:
            yield Found(topic, value)

    return read


def no_longer_like(match: re.Match[str]) -> Iterator[Found]:
    """Read "I no longer like tea"."""
    if not _VAGUE.match(match["value"]):
        topic = "dislike" if match["verb"].lower() in ("hate", "dislike") else "like"
        yield Found(topic, NO_MORE.sub("", match["value"]), retracts=True)


def not_hate(match: re.Match[str]) -> Iterator[Found]:
    """Read "I don't hate olives any more"."""
    if NO_MORE.search(match["value"]) and not _VAGUE.match(match["value"]):
        yield Found("dislike", NO_MORE.sub("", match["value"]), retracts=True)


def favourite(match: re.Match[str]) -> Iterator[Found]:
    """Read "my favourite colour is green"."""
    value = match["value"]
    if not re.match(r"(?:not|that|when|you|what|probably not|the one)\b", value, re.IGNORECASE):
        thing = thing_of(match["thing"])
        yield Found(f"favourite:{thing}", re.sub(r"^(?:definitely|probably|still) ", "", value))


def going(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm going to Lisbon next week": a time or a place makes it worth keeping."""
    value = match["value"]
    verb = lower(match["verb"])
    rest = re.sub(r"^(?:to|for) ", "", value)
    to_place = re.match(r"to (?:the )?[A-Z]", value)
    if _ROUTINE.match(rest) or not (_TIME.search(value) or to_place) or "would" in value:
        return
    yield Found("plan", f"{verb} {value}")


def planned(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm planning to learn the cello"."""
    value = match["value"]
    if not _ROUTINE.match(value) or _TIME.search(value):
        verb = (match.groupdict().get("verb") or "").lower()
        yield Found("plan", f"{'hoping' if verb == 'hoping' else 'planning'} to {value}")


def will(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'll visit my aunt on Sunday"."""
    value = match["value"]
    if _TIME.search(value) and not _ROUTINE.match(value):
        yield Found("plan", f"going to {value}")


def having(match: re.Match[str]) -> Iterator[Found]:
    """Read "I have an exam tomorrow"."""
    if _TIME.search(match["value"]):
        yield Found("plan", f"having {match['value']}")


_SPORTS = compiled(
    r"""
        ^(?:the )?(?:(?:electric|bass|acoustic|video|board|computer|table|water|beach|a bit of
        |some) )*(?:guitar|piano|violin|drums|flute|cello|ukulele|saxophone|trumpet|bass|clarinet
        |harp|organ|football|soccer|tennis|chess|basketball|volleyball|badminton|squash|golf
        |hockey|rugby|cricket|baseball|handball|polo|poker|bridge|go|dungeons|d&d|minecraft|games
        |keyboards?|banjo|accordion|oboe|viola|darts|snooker|pool|lacrosse|softball|padel
        |ping pong)\b
    """,
    re.IGNORECASE,
)
CRAFTS = {
    "paint": "painting", "knit": "knitting", "sing": "singing", "dance": "dancing",
    "write": "writing", "draw": "drawing", "bake": "baking", "garden": "gardening",
    "surf": "surfing", "ski": "skiing", "climb": "climbing", "cycle": "cycling",
    "swim": "swimming", "crochet": "crocheting", "sew": "sewing", "collect": "collecting",
    "hike": "hiking", "skate": "skating", "sail": "sailing", "fish": "fishing",
    "volunteer": "volunteering", "brew": "brewing", "juggle": "juggling", "run": "running",
}  # fmt: skip


def fixed(match: re.Match[str]) -> Iterator[Found]:
    """Read "my exam is on Monday"."""
    if _TIME.search(match["when"]):
        yield Found("plan", f"having my {match['value']} {match['when']}")


def play(match: re.Match[str]) -> Iterator[Found]:
    """Read "I play the guitar"."""
    if _SPORTS.match(match["value"]):
        yield Found("hobby", f"playing {match['value']}")


def craft(match: re.Match[str]) -> Iterator[Found]:
    """Read "I write poetry", "I swim every Sunday"."""
    rest = match["value"].strip()
    verb = lower(match["verb"])
    often = _OFTEN.match(rest)
    made = _MADE.match(rest)
    if often or made:
        thing = "" if often else f" {rest}"
        yield Found("hobby", f"{CRAFTS[verb]}{thing}", certain=bool(made))


def own(match: re.Match[str]) -> Iterator[Found]:
    """Read "we have two cats"."""
    value = NOW.sub("", match["value"])
    head = re.split(r"\s(?:with|in|on|from|called|named|that|and|at|of|by)\s", value, maxsplit=1)[0]
    last = head.lower().split()[-1].strip(".,!") if head.split() else ""
    singular = last.removesuffix("s")
    kin = r"(?:kids?|children|child|sons?|daughters?|brothers?|sisters?|siblings?|cousins?|twins)$"
    named = re.search(r"\b(?:called|named)\b", value)
    if (last in OWNED or singular in OWNED or last in PETS or singular in PETS
            or re.search(kin, last)) and not named:  # fmt: skip
        yield Found("possession", value)


def sold(match: re.Match[str]) -> Iterator[Found]:
    """Read "I sold my car"."""
    if match["value"].lower().split()[-1] in OWNED:
        yield Found("possession", match["value"], retracts=True)


def once(match: re.Match[str]) -> Iterator[Found]:
    """Read "I used to live in Paris"."""
    verb = lower(match["verb"])
    past = {"study": "studied"}.get(verb, f"{verb.removesuffix('e')}ed")
    yield Found("experience", f"{past} {match['value']}")


def been(match: re.Match[str]) -> Iterator[Found]:
    """Read "I've been to Japan"."""
    if re.match(r"(?:to |with )?(?:the )?[A-Z]", match["value"]) or match["verb"].lower() != "been":
        yield Found("experience", f"{match['verb']} {match['value']}")
