"""Helplines and emergency numbers by country, and how a person's country is told."""

import re
from dataclasses import dataclass
from functools import cache

from synthetic_soul.nlu.resources import load

_REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})\b")


@dataclass(frozen=True, slots=True)
class Helplines:
    """The help of one country: its name there, its emergency number, lines with their numbers."""

    name: str
    emergency: str
    crisis: tuple[str, ...]
    abuse: tuple[str, ...]


@cache
def lines_of(country: str) -> Helplines | None:
    """Return the helplines of a country (ISO 3166, two letters), None if none are known."""
    countries = load("helplines").table("countries")
    if country.upper() not in countries:
        return None
    row = countries.table(country.upper())
    crisis, abuse = (tuple(row.texts(key)) for key in ("crisis", "abuse"))
    return Helplines(row.text("name"), row.text("emergency"), crisis, abuse)


def home_country(language: str) -> str:
    """Return the country where most speakers of a language live, "" where there are several."""
    home = load("helplines").table("home")
    return home.text(language) if language in home else ""


def country_of(*, time_zone: str = "", locale: str = "") -> str:
    """Return the country that a time zone lies in, else that a locale names, else "".

    ``time_zone`` is an IANA name ("Europe/Zurich"), ``locale`` a language tag with its region
    ("de-CH", "de_CH.UTF-8"), or a list of them as in the header Accept-Language.
    """
    found = _time_zones().get(time_zone.strip().lower(), "")
    if found:
        return found
    regions = (match[1].upper() for match in _REGION.finditer(locale))
    return next((region for region in regions if lines_of(region) is not None), "")


@cache
def _time_zones() -> dict[str, str]:
    countries = load("helplines").table("countries")
    return {
        zone.lower(): country
        for country in countries
        for zone in countries.table(country).words("time_zones")
    }
