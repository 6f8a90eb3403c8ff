"""The scene of one reply: how close they are, what hangs in the air, what was just asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from synthetic_soul.mind.reading import Act
from synthetic_soul.voices import grammar
from synthetic_soul.voices.choosing import Character, Chooser, character
from synthetic_soul.voices.grammar import HOUR

if TYPE_CHECKING:
    from synthetic_soul.voices.base import Brief, Known, Line

HURT: Final = 0.35
WARY: Final = 0.15
_DEAR: Final = 0.6
_FRIEND: Final = 0.3
_COLD: Final = -0.3
_FEW: Final = 3
_TENDER_FOR: Final = 3 * HOUR
_ANSWER_WITHIN: Final = 6 * HOUR
_WATCHFUL_FOR: Final = 72 * HOUR
_STILL: Final = 5
_LIGHT: Final = 0.4
_NAME_SHARE: Final = 0.3

_DANGER: Final = re.compile(
    r"(?i)\b(?:kill(?:ing)? myself|suicid\w+|want to die|hurt(?:ing)? myself|self-?harm|end my life"
    r"|(?:do not|don'?t|dont) want to (?:live|be alive|exist|be here|wake up)|better off dead"
    r"|end it all|no reason to live)\b"
)
_GRIEF: Final = re.compile(
    r"(?i)\b(?:(?P<whom>(?:my|our) (?:best |little |older |younger |old )?[\w-]+)"
    r"(?: [A-Z][\w-]+)? )?"
    r"(?:(?:has |have |had |just )*(?:died|passed away|got killed|was killed)"
    r"|(?:is|are|was) (?:dead|dying|in (?:the )?hospital|terminally ill)"
    r"|has (?:cancer|died)|funeral|miscarriage|put (?:him|her|it|them) (?:down|to sleep)"
    r"|left me|broke up with me|dumped me)\b"
)
_GONE: Final = re.compile(
    r"(?i)\b(?:died|dead|passed away|funeral|gone for ever|put (?:him|her|it) down|lost my)\b"
)
_LOST_ALONE: Final = re.compile(
    r"(?i)\bI(?:'ve| have)? lost (?P<whom>my (?!job|keys?|phone|wallet|way|mind|temper)"
    r"(?:best |little |older |younger |old )?[\w-]+)\b"
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What the moves ask of a brief, worked out once.

    ``closeness`` is new, known, friend, dear or cold; ``temper`` the same, or wary or hurt while
    something rankles. ``weight`` is what weighs on the talk: grief, worry, danger or nothing;
    ``lost`` who is grieved for (turned, may be empty). ``asked`` is the question she put last.
    """

    brief: Brief
    who: Character
    text: str
    words: tuple[str, ...]
    closeness: str
    temper: str
    weight: str
    lost: str
    asked: str

    def does(self, *acts: Act) -> bool:
        """Whether what was heard does any of ``acts``."""
        return self.brief.reading.does(*acts)

    def has(self, *words: str) -> bool:
        """Whether any of the words (or phrases) stands in what was heard."""
        spoken = f" {' '.join(self.words)} "
        return any(f" {word} " in spoken for word in words)

    @property
    def tender(self) -> bool:
        """Whether grief or danger was spoken of just before."""
        return bool(self.weight)

    @property
    def guarded(self) -> bool:
        """Whether she keeps her distance."""
        return self.temper in {"wary", "hurt", "cold"}

    @property
    def light(self) -> bool:
        """Whether play has its place here."""
        return not (self.tender or self.guarded)

    def ago(self, at: int) -> str:
        """When ``at`` was, seen from now."""
        return grammar.ago(max(0, self.brief.now - at))

    def known(self, topic: str) -> Known | None:
        """The newest fact held under ``topic``, if one is."""
        found = [fact for fact in self.brief.known if fact.topic == topic]
        return max(found, key=lambda fact: (fact.at, fact.id)) if found else None


def look(brief: Brief) -> Scene:
    """Take in the scene of ``brief``."""
    text = brief.reading.text or "\n".join(line.text for line in brief.heard)
    closeness = _closeness(brief)
    hurt = brief.standing.hurt
    temper = "hurt" if hurt >= HURT else "wary" if hurt >= WARY else closeness
    weight, lost = _weight(brief)
    return Scene(
        brief=brief,
        who=character(brief.soul),
        text=text,
        words=tuple(grammar.words(text)),
        closeness=closeness,
        temper=temper,
        weight=weight,
        lost=lost,
        asked=_asked(brief),
    )


def _closeness(brief: Brief) -> str:
    standing = brief.standing
    if standing.label == "enemy" or standing.liking <= _COLD:
        return "cold"
    if standing.label in {"best friend", "romantic partner"} or standing.liking >= _DEAR:
        return "dear"
    if standing.label == "friend" or standing.liking >= _FRIEND:
        return "friend"
    return "new" if standing.messages < _FEW else "known"


def _weight(brief: Brief) -> tuple[str, str]:
    reading = brief.reading
    polite = reading.does(Act.THANK, Act.LOVE, Act.PRAISE, Act.FAREWELL)
    cheered = reading.does(Act.LAUGH) or (reading.valence > _LIGHT and not polite)
    before = [] if cheered else _theirs(brief)[:_STILL]
    if any(danger(line.text) and brief.now - line.at <= _WATCHFUL_FOR for line in before):
        return "danger", ""
    for line in before:
        match = grief(line.text)
        if match and brief.now - line.at <= _TENDER_FOR:
            weight = "grief" if _GONE.search(line.text) else "worry"
            return weight, grammar.turn(match["whom"] or "") or ""
    return "", ""


def danger(text: str) -> bool:
    """Whether a text speaks of not wanting to live."""
    return bool(_DANGER.search(text))


def grief(text: str) -> re.Match[str] | None:
    """Where a text speaks of a death or a parting; its group ``whom`` may be empty."""
    return _GRIEF.search(text) or _LOST_ALONE.search(text)


def mourned(brief: Brief, *names: str) -> bool:
    """Whether somebody of these names was spoken of as lost, as far as is still at hand."""
    lines = [line.text for line in (*brief.tail, *brief.recalled, *brief.heard) if not line.mine]
    lost = [text.casefold() for text in (*lines, *brief.noted) if _GONE.search(text)]
    sorry = [text.casefold() for text in brief.said if "sorry" in text.casefold()]
    keys = [name.casefold().removeprefix("your ") for name in names if name]
    return any(
        re.search(rf"\b{re.escape(key)}\b", text) for key in keys for text in (*lost, *sorry)
    )


def _theirs(brief: Brief) -> list[Line]:
    """What others said just before, newest first."""
    return [line for line in reversed(brief.tail) if not line.mine]


def _asked(brief: Brief) -> str:
    """The question at the end of her last line, unless it is too long ago to be answered."""
    if not brief.tail or not brief.tail[-1].mine:
        return ""
    last = brief.tail[-1]
    found = re.search(r"([^.!?]+\?)[\s”\"]*$", last.text)
    fresh = brief.now - last.at <= _ANSWER_WITHIN
    return found[1].strip() if found and fresh else ""


def chooser(scene: Scene, attempt: int = 0) -> Chooser:
    """The chooser for one try at a reply to this scene."""
    brief = scene.brief
    said = [text.casefold() for text in brief.said]
    choose = Chooser(
        character=scene.who,
        seed=f"{brief.purpose}\x1f{scene.text}\x1f{len(said)}\x1f{brief.standing.messages}",
        said=said,
        fields={"me": brief.name, "comma": ""},
        temper=scene.temper,
        sober=scene.tender,
        attempt=attempt,
    )
    name = clean(brief.person)
    if name and not any(name.casefold() in text for text in said[:2]):
        choose.fields["name"] = name
        if brief.group or choose.chance("name", _NAME_SHARE):
            choose.fields["comma"] = f", {name}"
    if scene.lost:
        choose.fields["lost"] = scene.lost
    return choose


def clean(value: str) -> str:
    """A value fit to stand in a sentence: one line, no braces, no stop at its end."""
    return " ".join(re.sub(r"[{}\[\]<>\x00-\x1f\"“”]", " ", value).split()).rstrip(".,;:!? ")
