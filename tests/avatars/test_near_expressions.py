"""Which picture is shown for an expression that has none of its own."""

from itertools import permutations

import pytest

from synthetic_soul.avatars.near_expressions import _table, nearest, normal_name
from synthetic_soul.mind.expression import EXPRESSIONS
from synthetic_soul.mind.tables import names

CARD_EMOTIONS = names(
    "admiration amusement anger annoyance approval caring confusion curiosity desire "
    "disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love "
    "nervousness neutral optimism pride realization relief remorse sadness surprise"
)
PAINFUL = {"anger", "disgust", "fear", "grief", "remorse", "sadness", "annoyance", "disappointment"}
GLAD = {"joy", "love", "amusement", "gratitude", "optimism", "excitement", "admiration", "pride"}


def test_names_are_compared_in_one_spelling() -> None:
    assert normal_name(" Joy-Happy ") == normal_name("joy__HAPPY!") == "joy_happy"
    assert normal_name("微笑み") == "微笑み"
    assert normal_name("fiâncé") == normal_name("fia\u0302nce\u0301") == "fiâncé"
    assert normal_name("खुशी") == "खुशी"
    assert normal_name("ｈａｐｐｙ") == "happy"
    assert normal_name("😊") == "😊"
    assert normal_name("a\ud800b") == "ab"
    assert normal_name("") == normal_name("—") == ""
    assert len(normal_name("x" * 999)) == 64


@pytest.mark.parametrize(
    ("wanted", "there", "chosen"),
    [
        ("joy_happy", ["sad", "joy_happy"], "joy_happy"),
        ("Joy Happy", ["sad", "joy_happy"], "joy_happy"),
        ("joy_happy", ["neutral", "happy", "joy"], "joy"),
        ("joy_happy", ["neutral", "big_smile_2"], "big_smile_2"),
        ("sad", ["joy", "sadness"], "sadness"),
        ("happy", ["neutral", "joy"], "joy"),
        ("smile", ["neutral", "happy"], "happy"),
        ("crying_tearful", ["happy", "sad"], "sad"),
        ("neutral_listening", ["joy", "neutral"], "neutral"),
        ("anger_frustration", ["joy", "mad"], "mad"),
        ("joy_2", ["sad_2"], None),
        ("sad", ["joy", "love"], None),
        ("joy_happy", ["sadness", "neutral"], None),
        ("unheard_of", ["joy"], None),
        ("", ["joy"], None),
        ("joy", [], None),
        ("anger_frustration", ["angry_left", "angry"], "angry"),
        ("joy_happy", ["smile_10", "smile_2", "smile_3"], "smile_2"),
        ("joy_happy", ["happy_tears", "laugh", "happy_2"], "happy_2"),
        ("笑顔", ["neutral", "笑顔_2"], "笑顔_2"),
    ],
)
def test_the_nearest_is_found(wanted: str, there: list[str], chosen: str | None) -> None:
    assert nearest(wanted, there) == chosen


def test_the_order_of_the_names_decides_nothing() -> None:
    pictures = ["smile_2", "happy_left", "happy_back", "joyful_smile", "sad"]
    for there in permutations(pictures):
        assert nearest("joy_happy", there) == "happy_back"


def test_every_expression_finds_an_emotion_of_a_card_and_never_one_of_the_other_sign() -> None:
    for expression in EXPRESSIONS:
        assert nearest(expression, CARD_EMOTIONS) or expression == "sleepy_tired", expression
        if expression not in {"joking", "sarcastic"}:
            words = {word for word in _table()[expression] if word in CARD_EMOTIONS}
            assert not (words & PAINFUL and words & GLAD), expression


def test_the_table_has_every_expression_and_no_other() -> None:
    assert set(_table()) == set(EXPRESSIONS)
    assert all(words for words in _table().values())


def test_an_emotion_of_a_card_finds_another_of_the_same_kind() -> None:
    assert nearest("grief", ["joy", "sadness"]) == "sadness"
    assert nearest("annoyance", ["joy", "anger"]) == "anger"
    assert nearest("optimism", ["sadness", "joy"]) == "joy"
