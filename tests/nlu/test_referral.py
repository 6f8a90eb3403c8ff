"""Help is named in the person's language and country, else in a directory of all countries."""

from zoneinfo import available_timezones

import pytest

from synthetic_soul.mind.interpretation import Crisis, Interpretation
from synthetic_soul.nlu import gentle_question, referral, refusal
from synthetic_soul.nlu.resources import load, names
from synthetic_soul.nlu.safety.crisis import KINDS
from synthetic_soul.nlu.safety.helplines import country_of, home_country, lines_of
from synthetic_soul.nlu.safety.referral import asked_in

LANGUAGES = names("referral")
COUNTRIES = tuple(load("helplines").table("countries"))
KEYS = {
    "self_harm", "abuse", "medical", "call", "call_unknown", "lines", "find", "refusal", "yes",
    "ask_self_harm", "ask_abuse", "ask_medical",
}  # fmt: skip


def test_there_are_at_least_twenty_languages_with_all_that_is_said() -> None:
    assert len(LANGUAGES) >= 20
    for language in LANGUAGES:
        file = load(f"referral/{language}")
        assert set(file) >= {"reviewed_on", "sources", *KEYS}, language
        assert all(file.text(key) for key in KEYS)
        assert "{emergency}" in file.text("call"), language
        assert "{lines}" in file.text("lines"), language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_help_is_named_in_every_language(language: str, kind: str) -> None:
    words = referral(Crisis(kind, language))
    assert "findahelpline.com" in words
    assert "{" not in words
    assert 60 < len(words) < 700
    assert words != referral(Crisis(kind, "en" if language != "en" else "de"))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_has_an_emergency_number_and_names_its_lines(country: str) -> None:
    helplines = lines_of(country)
    assert helplines is not None
    assert helplines.emergency.strip()
    words = referral(Crisis("self_harm", "en"), country)
    assert helplines.emergency in words
    assert all(line in words for line in helplines.crisis)
    assert all(any(char.isdigit() for char in line) for line in helplines.crisis + helplines.abuse)


def test_violence_has_lines_of_its_own_and_an_emergency_none() -> None:
    assert "116 016" in referral(Crisis("abuse", "de"), "DE")
    assert "116 016" not in referral(Crisis("self_harm", "de"), "DE")
    medical = referral(Crisis("medical", "de"), "DE")
    assert "112" in medical
    assert "0800 111 0 111" not in medical


def test_a_country_that_is_not_known_is_that_of_most_speakers_or_none() -> None:
    assert home_country("ja") == "JP"
    assert "0120" in referral(Crisis("self_harm", "ja"))
    assert home_country("en") == ""
    words = referral(Crisis("self_harm", "en"))
    assert "988" in words
    assert "116 123" in words
    assert referral(Crisis("self_harm", "en"), "XX") == words


def test_help_falls_back_to_english() -> None:
    assert referral(Crisis("self_harm", "xx")) == referral(Crisis("self_harm", "en"))


@pytest.mark.parametrize(
    ("time_zone", "locale", "country"),
    [
        ("Europe/Berlin", "", "DE"),
        ("europe/zurich", "de-DE", "CH"),
        ("", "de-AT,de;q=0.9,en-US;q=0.5", "AT"),
        ("", "pt_BR.UTF-8", "BR"),
        ("", "zh-Hant-TW", "TW"),
        ("Nowhere/Land", "en-GB", "GB"),
        ("UTC", "en", ""),
        ("", "C.UTF-8", ""),
        ("", "en-XX, fr-FR", "FR"),
        ("", "", ""),
    ],
)
def test_a_country_is_told_by_the_time_zone_else_by_the_locale(
    time_zone: str, locale: str, country: str
) -> None:
    assert country_of(time_zone=time_zone, locale=locale) == country


def test_time_zones_are_real_and_stand_under_one_country_each() -> None:
    zones = [
        zone
        for country in COUNTRIES
        for zone in load("helplines").table("countries").table(country).words("time_zones")
    ]
    assert len(zones) == len(set(zones))
    known = available_timezones()
    assert [zone for zone in zones if zone not in known] == []


def test_a_gentle_question_is_known_again_at_the_end_of_a_reply() -> None:
    for language in LANGUAGES:
        for kind in KINDS:
            crisis = Crisis(kind, language)
            assert asked_in(f"I hear you.\n\n{gentle_question(crisis)}\n") == crisis
    assert asked_in(f"{gentle_question(Crisis('abuse', 'en'))} Or not?") is None
    assert asked_in("") is None


def test_a_refusal_names_help_unless_that_was_named_already() -> None:
    calm = Interpretation("")
    assert "findahelpline.com" in refusal(calm)
    assert "findahelpline.com" not in refusal(Interpretation("", crisis=Crisis("self_harm", "en")))
    assert "0800 111 0 111" in refusal(calm, "DE")
