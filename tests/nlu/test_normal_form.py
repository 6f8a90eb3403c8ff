"""How a word is spelt, stretched, disguised or accented does not count."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.nlu.text.normal_form import normal_form, words_of

SAME = [
    ("k1ll mys3lf", "kill myself"),
    ("su!c1de", "suicide"),
    ("k i l l", "kill"),
    ("s.u.i.c.i.d.e", "suicide"),
    ("d-i-e-d", "died"),
    ("i wannaaa dieeee", "i wanna die"),
    ("I WANT TO DIE", "i want to die"),
    ("sаd suісіdе", "sad suicide"),
    ("Ölüm istiyorum", "olum istiyorum"),
    ("NÃO QUERO MAIS VIVER", "nao quero mais viver"),
    ("chcę umrzeć", "chce umrzec"),
    ("ёлка", "елка"),
    ("أَنَا", "انا"),
    ("مـــوت", "موت"),
    ("kill\u200b myself", "kill myself"),
]
KEPT = ["20mg at 3am", "b12 and 10k", "हिन्दी में", "จะตาย", "が", "안녕", "3.5 km", "what?!"]


@pytest.mark.parametrize(("text", "plain"), SAME)
def test_disguises_have_the_form_of_the_plain_word(text: str, plain: str) -> None:
    assert normal_form(text) == normal_form(plain) == plain


@pytest.mark.parametrize("text", KEPT)
def test_numbers_marks_and_other_scripts_stay(text: str) -> None:
    assert normal_form(text) == text


def test_words_keep_the_vowel_signs_of_indic_scripts_and_lose_marks() -> None:
    assert words_of("मुझे मरना है।") == ["मुझे", "मरना", "है"]
    assert words_of("don't, stop…") == ["don't", "stop"]


@given(st.text(max_size=200))
def test_any_text_has_a_normal_form_in_small_letters(text: str) -> None:
    form = normal_form(text)
    assert all(word for word in words_of(form))
    assert normal_form(text.upper()) == normal_form(text.upper().casefold())


@pytest.mark.parametrize("unit", ["a ", "a.", "1a", "!a", "*a", "aа", "\u0301"])
def test_long_texts_cost_little(unit: str) -> None:
    start = time.process_time()
    normal_form(unit * 4_000)
    assert time.process_time() - start < 1
