"""Verb groups: which verb a clause has, its tense, and whether it says that something is so."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from synthetic_soul.nlu.facts.word_tokens import Token
from synthetic_soul.nlu.resources import load

_FILE = load("fact_frames")
_GRAMMAR = _FILE.table("grammar")
_VERBS = _FILE.table("verbs")

ADVERBS = frozenset(_GRAMMAR.words("adverbs"))
UNSURE = frozenset(_GRAMMAR.words("unsure"))
MODALS = frozenset(_GRAMMAR.words("modals"))
REPORTING = frozenset(_GRAMMAR.words("reporting"))
_PHRASES = frozenset(tuple(phrase.split()) for phrase in _GRAMMAR.phrases("pairs"))
_BE = {"am": "present", "is": "present", "are": "present", "'s": "present", "was": "past",
       "were": "past", "been": "", "being": "", "be": ""}  # fmt: skip
_HAVE = {"have": "present", "has": "present", "had": "past", "having": ""}
_DO = {"do": "present", "does": "present", "did": "past"}
_FUTURE = {"will", "'ll", "shall"}
_ENDING = frozenset(_GRAMMAR.phrases("ending"))
_ENDED = frozenset({"past", "perfect"})
_S_ENDINGS = ("s", "x", "z", "ch", "sh", "o")


def _regular(verb: str) -> tuple[str, str, str, str]:
    """Return third person, past, participle and -ing form of a regular verb."""
    third = f"{verb}es" if verb.endswith(_S_ENDINGS) else f"{verb}s"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb[:-1]}ied", f"{verb}ing"
    if verb.endswith("e"):
        ing = f"{verb}ing" if verb.endswith("ee") else f"{verb[:-1]}ing"
        return third, f"{verb}d", f"{verb}d", ing
    return third, f"{verb}ed", f"{verb}ed", f"{verb}ing"


def _forms() -> dict[str, dict[str, str]]:
    """Return, by form, the verb and which form of it that is: {"wrote": {"past": "write"}}."""
    verbs = {*_VERBS.words("common")}
    for frame in _FILE.tables("frames"):
        verbs.update(frame.words("verbs"))
    table: dict[str, dict[str, str]] = {}
    irregular = _VERBS.table("irregular").entries()
    for verb in sorted(verbs | irregular.keys()):
        forms = irregular[verb].split() if verb in irregular else list(_regular(verb))
        if len(forms) == len(_KINDS):
            for kind, form in zip(_KINDS, forms, strict=True):
                table.setdefault(form, {}).setdefault(kind, verb)
            table.setdefault(verb, {}).setdefault("base", verb)
    return table


_KINDS = ("third", "past", "participle", "ing")
FORMS = _forms()
"""By word, the kinds of form that it may be ("past", "ing", …) and the verb for each."""
_THIRD = {forms["third"]: word for word, forms in FORMS.items() if "third" in forms} | {"be": "is"}
_PAST = {forms["past"]: word for word, forms in FORMS.items() if "past" in forms} | {"be": "was"}
_ING = {forms["ing"]: word for word, forms in FORMS.items() if "ing" in forms}


def _is_participle(word: str) -> bool:
    forms = FORMS.get(word, {})
    return word == "been" or ("participle" in forms and "base" not in forms)


def third_person(verb: str) -> str:
    """Return a verb as it follows a name: "play" as "plays"."""
    return _THIRD.get(verb, f"{verb}s")


def past_of(verb: str) -> str:
    """Return the past of a verb: "live" as "lived"."""
    return _PAST.get(verb, f"{verb}ed")


def ing_of(verb: str) -> str:
    """Return the -ing form of a verb."""
    return _ING.get(verb, f"{verb}ing")


def is_verb_form(word: str) -> bool:
    """Return whether a word may be the finite verb of a clause about somebody else."""
    if word in _BE or word in _HAVE or word in _DO or word in MODALS or word in _FUTURE:
        return True
    forms = FORMS.get(word, {})
    return "third" in forms or "past" in forms


def is_predicate(value: str) -> bool:
    """Return whether a value says something of somebody ("has a boat"), and is no name or trade."""
    first = value.partition(" ")[0]
    return first in _PREDICATES or (first.islower() and is_verb_form(first) and " " in value)


_PREDICATES = frozenset(("is", "was", "are", "were", "has", "have", "doesn't", "don't", "used"))


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A verb group: ``at`` is the place of its main verb, ``end`` the one after it.

    ``form`` is "ing", "passive" or "" for any other; ``tense`` is present, past, perfect, future or
    used ("used to"). ``denied``: it says that something is not so; ``ceased``: no longer so;
    ``modal``: it may or might be so, or is wished for; ``can``: somebody is able to.
    """

    verb: str
    end: int
    at: int = 0
    form: str = ""
    tense: str = "present"
    denied: bool = False
    ceased: bool = False
    modal: bool = False
    can: bool = False
    unsure: bool = False
    now: bool = False

    @property
    def is_past(self) -> bool:
        """Whether it tells of what is over."""
        return self.tense in {"past", "used"}


@dataclass(slots=True)
class _Parse:
    """What the words of a verb group have said so far."""

    at: int
    last: str = ""
    tense: str = ""
    flags: set[str] = field(default_factory=set)

    def take(self, word: str, following: str, third: str) -> int:
        """Take in a word that is no main verb, and return how many words it took; 0 for none."""
        pair = (word, following)
        if pair in _PHRASES:
            return self._take_pair(pair, third)
        if word == "'d" and _is_participle(following):  # "I'd been" is no wish
            self.tense, self.last = "past", "have"
            return 1
        return self._take_word(word, following)

    def _take_word(self, word: str, following: str) -> int:
        if word == "'s" and following in {"got", "been", "had"}:
            self.tense, self.last = "present", "have"
        elif word in {"not", "never"}:
            self.flags.add("denied")
        elif word in ADVERBS and word != "do":
            if word in UNSURE:
                self.flags.add("unsure")
            if word in {"now", "currently", "just", "recently"}:
                self.flags.add("now")
        elif word in {"can", "ca"}:
            self.flags.add("can")
        elif word in MODALS:
            self.flags.add("modal")
        elif word in _FUTURE:
            self.tense = "future"
        else:
            return self._take_auxiliary(word, following)
        return 1

    def _take_pair(self, pair: tuple[str, str], third: str) -> int:
        if pair == ("used", "to"):
            if self.last == "be":  # "I'm used to living alone"
                return 0
            self.tense = "used"
        elif pair == ("no", "longer"):
            self.flags.add("ceased")
        elif pair == ("going", "to") and (self.last != "be" or "base" not in FORMS.get(third, ())):
            return 0
        elif pair == ("going", "to"):
            self.flags.add("going")
            self.tense, self.last = "future", ""
            return 2
        elif pair[1] == "to":
            self.flags.add("modal")
        return 2

    def _take_auxiliary(self, word: str, following: str) -> int:
        helps = "base" in FORMS.get(following, ()) or following in ADVERBS or following == "not"
        for name, words in (("be", _BE), ("have", _HAVE), ("do", _DO)):
            if word in words and (name != "do" or (helps and not self.last)):
                if name == "be" and self.last == "have" and word != "been":
                    return 0
                if name == "have" and self.last in {"have", "be"}:
                    return 0
                perfect = self.last == "have" and word == "been" and self.tense != "past"
                self.tense = "perfect" if perfect else self.tense or words[word]
                self.last = name
                return 1
        return 0


def verb_group(tokens: Sequence[Token], start: int) -> VerbGroup | None:
    """Return the verb group that begins at ``start``, or ``None`` where there is no verb."""
    parse = _Parse(start)
    while parse.at < len(tokens):
        word = tokens[parse.at].low
        following, third = (
            tokens[parse.at + ahead].low if parse.at + ahead < len(tokens) else ""
            for ahead in (1, 2)
        )
        taken = parse.take(word, following, third)
        if not taken:
            break
        parse.at += taken
    group = _finish(parse, tokens)
    return group and (_ceased(group, tokens) or group)


def _ceased(group: VerbGroup, tokens: Sequence[Token]) -> VerbGroup | None:
    """Return the verb that somebody quit doing, as one that is no longer so: "quit smoking"."""
    end = group.end
    if end < len(tokens) and tokens[end].low == "up":
        end += 1
    phrase = f"{group.verb} up" if end > group.end else group.verb
    verb = FORMS.get(tokens[end].low, {}).get("ing") if end < len(tokens) else None
    is_stated = not (group.denied or group.modal or group.can) and group.form == ""
    if not verb or phrase not in _ENDING or not is_stated or group.tense not in _ENDED:
        return None
    return replace(group, verb=verb, end=end + 1, at=end, tense="present", ceased=True)


def _finish(parse: _Parse, tokens: Sequence[Token]) -> VerbGroup | None:
    word = tokens[parse.at].low if parse.at < len(tokens) else ""
    forms = FORMS.get(word, {})
    found = _main_verb(parse, forms)
    if found is None:
        return None
    verb, form, tense, own = found
    flags = parse.flags
    end = parse.at + own
    # "has got", "have got": to have.
    if verb == "get" and parse.last == "have" and form == "" and not flags & {"going"}:
        verb, tense = "have", "present"
    while end < len(tokens) and own and tokens[end].low in ADVERBS - {"both", "all"}:
        flags |= {"now"} if tokens[end].low in {"now", "currently"} else set()
        end += 1
    at = parse.at if own else max(0, parse.at - 1)
    return VerbGroup(
        verb, end, at, form, tense, denied="denied" in flags, ceased="ceased" in flags,
        modal="modal" in flags, can="can" in flags, unsure="unsure" in flags, now="now" in flags,
    )  # fmt: skip


def _main_verb(  # noqa: PLR0911 - one return for each auxiliary
    parse: _Parse, forms: dict[str, str]
) -> tuple[str, str, str, int] | None:
    """Return verb, form, tense, and 1 if the main verb is a word of its own."""
    last, tense = parse.last, parse.tense
    if last == "be":
        if "ing" in forms:
            return forms["ing"], "ing", tense or "present", 1
        if "participle" in forms and forms["participle"] in _PASSIVE:
            return forms["participle"], "passive", tense or "present", 1
        if forms.get("base") in _WITHOUT_ING:
            return forms["base"], "ing", tense or "present", 1
        return "be", "", tense or "present", 0
    if last == "have":
        if "participle" in forms:
            return forms["participle"], "", "perfect", 1
        return "have", "", tense or "present", 0
    if last == "do":
        if "base" in forms:
            return forms["base"], "", tense or "present", 1
        return "do", "", tense or "present", 0
    return _finite(forms, tense, future="going" in parse.flags)


_WITHOUT_ING, _PASSIVE, _LIKE_THEIR_PAST = (
    frozenset(_VERBS.words(name)) for name in ("without_ing", "passive", "like_their_past")
)


def _finite(forms: dict[str, str], tense: str, *, future: bool) -> tuple[str, str, str, int] | None:
    for kind, said in (("base", "present"), ("third", "present"), ("past", "past")):
        if kind in forms:
            is_past = kind == "base" and "past" in forms and forms["base"] in _LIKE_THEIR_PAST
            return forms[kind], "", tense or ("past" if is_past else said), 1
    if "ing" in forms and not future:
        return forms["ing"], "ing", tense or "present", 1
    if "participle" in forms:
        return forms["participle"], "passive", tense or "past", 1
    return None
