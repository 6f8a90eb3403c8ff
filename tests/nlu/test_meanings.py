"""Words have the same meanings in every language."""

import pytest

from synthetic_soul.nlu.resources import FOLDER, ResourceError, names
from synthetic_soul.nlu.text import meanings
from synthetic_soul.nlu.text.meanings import meaning_lexicon
from synthetic_soul.nlu.text.normal_form import normal_form

LANGUAGES = names("meanings", ".txt")
SAID = [
    ("en", "I want to die", ["i", "want", "die"]),
    ("de", "Ich will sterben!", ["i", "want", "die"]),
    ("es", "quiero morir", ["want", "die"]),
    ("ru", "я хочу умереть", ["i", "want", "die"]),
    ("zh", "我想死", ["i", "want", "die"]),
    ("hi", "मुझे मरना है", ["me", "die"]),
]


def test_there_are_at_least_twenty_languages() -> None:
    assert len(LANGUAGES) >= 20


@pytest.mark.parametrize(("language", "text", "expected"), SAID)
def test_a_sentence_has_its_meanings_in_order(
    language: str, text: str, expected: list[str]
) -> None:
    found = meaning_lexicon(language).find(normal_form(text))
    assert [meaning for meaning in found if meaning in expected] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lexicon_has_the_meanings_of_english(language: str) -> None:
    lexicon, english = meaning_lexicon(language), meaning_lexicon("en")
    known = {*english.words.values(), *english.stems.values()}
    own = {*lexicon.words.values(), *lexicon.stems.values()}
    assert len(own & known) > 0.8 * len(known)
    for grave in ("die", "kill", "suicide", "not", "want", "pill", "hit", "breathe"):
        assert grave in own, grave


def test_a_longer_phrase_goes_before_its_words() -> None:
    lexicon = meanings._lexicon_of("give_up: give up\nget: give\nup: up, upwards\nsky: sk*", "a")
    assert lexicon.find("give up upwards") == ["give_up", "up"]
    assert lexicon.find("give skies give") == ["get", "sky", "get"]
    assert lexicon.find("unheard of") == []


def test_a_language_without_a_lexicon_has_no_meanings() -> None:
    assert meaning_lexicon("xx").find("anything") == []


def test_a_line_without_a_meaning_is_named() -> None:
    with pytest.raises(ResourceError, match="line 2: a colon after the meaning"):
        meanings._lexicon_of("die: dead\ndeath\n", "nlu/data/a.txt")


def test_every_file_is_text_of_one_form() -> None:
    for path in (FOLDER / "meanings").glob("*.txt"):
        assert path.read_text(encoding="utf-8").endswith("\n"), path
