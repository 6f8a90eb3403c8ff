"""What is said to somebody who may be in danger, in their language.

Texts stand in ``data/referral``, one file a language; emergency numbers and helplines by country
in ``data/helplines.toml``.
"""

from functools import cache

from synthetic_soul.mind.interpretation import Crisis, Interpretation
from synthetic_soul.nlu.resources import ResourceTable, load, names
from synthetic_soul.nlu.safety.crisis import KINDS
from synthetic_soul.nlu.safety.helplines import home_country, lines_of

_FALLBACK = "en"
_SELF_HARM, _MEDICAL, _ABUSE = KINDS


def referral(crisis: Crisis, country: str = "") -> str:
    """Return the words that lead to help.

    ``country`` is where the person is (ISO 3166, two letters). Where it is not known, the country
    where most speakers of the language live is named, if there is one, and always a directory of
    helplines of all countries.
    """
    words = _words(crisis.language)
    helplines = lines_of(country) or lines_of(home_country(crisis.language))
    parts = [words.text(crisis.kind)]
    if helplines is None:
        parts.append(words.text("call_unknown"))
        if crisis.kind == _SELF_HARM and "lines_unknown" in words:
            parts.append(words.text("lines_unknown"))
    else:
        emergency = words.text("call").replace("{emergency}", helplines.emergency)
        parts.append(emergency.replace("{country}", helplines.name))
        named = helplines.abuse if crisis.kind == _ABUSE else helplines.crisis
        if named and crisis.kind != _MEDICAL:
            lines = words.text("lines").replace("{country}", helplines.name)
            parts.append(lines.replace("{lines}", "; ".join(named)))
    return " ".join((*parts, words.text("find")))


def gentle_question(crisis: Crisis) -> str:
    """Return the question for somebody whose words may mean danger or may not."""
    return _words(crisis.language).text(f"ask_{crisis.kind}")


def asked_in(reply: str) -> Crisis | None:
    """Return what the gentle question at the end of a reply asks about, None without one."""
    return next((crisis for text, crisis in _questions() if reply.rstrip().endswith(text)), None)


@cache
def _questions() -> tuple[tuple[str, Crisis], ...]:
    crises = [Crisis(kind, language) for language in names("referral") for kind in KINDS]
    return tuple((gentle_question(crisis), crisis) for crisis in crises)


def refusal(interpretation: Interpretation, country: str = "") -> str:
    """Return what is said in place of words that would harm, with a referral if none was given."""
    crisis = interpretation.crisis
    language = crisis.language if crisis else interpretation.language
    steady = _words(language).text("refusal")
    if crisis is not None and crisis.certain:
        return steady
    return f"{steady} {referral(Crisis(_SELF_HARM, language), country)}"


def _words(language: str) -> ResourceTable:
    return load(f"referral/{language if language in names('referral') else _FALLBACK}")
