import pytest

from soulscript.text.analysis import _TermCache, clear_terms, stem, terms, words

# Mostly from the examples in Porter's paper, a few for each of its steps.
PORTER = """
snowing snow, boxed box,
caresses caress, ponies poni, ties ti, caress caress, cats cat, feed feed, agreed agre,
plastered plaster, bled bled, motoring motor, sing sing, conflated conflat, troubled troubl,
sized size, hopping hop, tanned tan, falling fall, hissing hiss, fizzed fizz, failing fail,
filing file, happy happi, sky sky, relational relat, conditional condit, rational ration,
valenci valenc, hesitanci hesit, digitizer digit, conformabli conform, radicalli radic,
differentli differ, vileli vile, analogousli analog, vietnamization vietnam, predication predic,
operator oper, feudalism feudal, decisiveness decis, hopefulness hope, callousness callous,
formaliti formal, sensitiviti sensit, sensibiliti sensibl, triplicate triplic, formative form,
formalize formal, electriciti electr, electrical electr, hopeful hope, goodness good,
revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop,
adjustable adjust, defensible defens, irritant irrit, replacement replac, adjustment adjust,
dependent depend, adoption adopt, homologou homolog, communism commun, activate activ,
angulariti angular, homologous homolog, effective effect, bowdlerize bowdler, probate probat,
rate rate, cease ceas, controll control, roll roll, generalizations gener, oscillators oscil
"""
PAIRS = [tuple(pair.split()) for pair in PORTER.split(",")]


@pytest.mark.parametrize(("word", "expected"), PAIRS)
def test_the_stems_are_those_of_porters_paper(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize("word", ["", "at", "café", "b12", "naïve", "мама", "ings" * 99])
def test_what_is_short_or_endless_or_not_plain_english_is_not_stemmed(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my exams", "the exam"),
        ("she was painting", "painted"),
        ("I went", "going"),
        ("Mum", "mother"),
        ("allergic", "allergy"),
        ("CAFÉ", "cafe"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("ﬁnd", "find"),
        ("l’école", "l'ecole"),
        ("my dog’s bowl", "dog bowl"),
        ("كِتَاب", "كتاب"),
    ],
)
def test_two_spellings_of_one_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_words_without_a_topic_are_no_terms() -> None:
    assert terms("ok lol, what did you do there? I don't, I won't, we'll") == []


def test_contractions_and_possessives_lose_their_endings() -> None:
    assert words("I'm sure Anna's dog isn't O'Neill's") == [
        *("i", "sure", "anna", "dog", "o", "neill")
    ]


@pytest.mark.parametrize("text", ["", "   ", "😂😂🔥", "?!…", "_", "\ud800", "\u0301"])
def test_a_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_scripts_without_spaces_become_pairs() -> None:
    assert terms("我的猫") == ["我的", "的猫"]
    assert terms("猫") == ["猫"]
    assert terms("ねこ。") == ["ねこ"]


def test_mixed_scripts_fall_apart_at_the_seam() -> None:
    assert terms("iPhone买了新的pro") == ["iphone", "买了", "了新", "新的", "pro"]


def test_vowel_signs_do_not_tear_a_word_apart() -> None:
    assert words("हिन्दी में") == ["हिन्दी", "में"]


def test_a_number_is_a_term_and_a_single_letter_is_not() -> None:
    assert terms("room 7 b") == ["room", "7"]


def test_the_cache_of_terms_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soulscript.text.analysis._MAX_CACHED_WORDS", 3)
    cache = _TermCache()
    for word in ("trains", "rains", "plains", "grains"):
        assert cache[word] == (word.removesuffix("s"),)
    assert list(cache) == ["grains"]


def test_words_are_the_same_after_they_were_forgotten() -> None:
    before = terms("the keepers of lamps")
    clear_terms()
    assert terms("the keepers of lamps") == before
