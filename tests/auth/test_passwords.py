import asyncio

import argon2
import pytest

from synthetic_soul.auth.passwords import (
    DUMMY_HASH,
    MAX_PENDING,
    Passwords,
    check_password,
    is_guessable,
)
from synthetic_soul.errors import InvalidInput, TooMany

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "password",
    [
        "tea with honey",
        "correct horse 7 staple",
        "🌧️☕📚🎹🌙⭐🍎🐈",
        "x" * 5 + " y" * 60,
        "пароль-на-лето",
    ],
)
def test_a_long_password_of_any_characters_is_accepted(password: str) -> None:
    check_password(password, own_words=("alice", "alice@example.com"))


@pytest.mark.parametrize(
    "password",
    ["", "seven77", "y" * 257, "password", "P@ssw0rd123!", "qwerty123", "1q2w3e4r5t", "abcabcabc",
     "dragondragon", "aaaaaaaaaaaa", "19841231", "iloveyou!!", "йцукен123", "alice2024",
     "!alice!!1", "bob.smith99", "ｐａｓｓｗｏｒｄ"],
)  # fmt: skip
def test_a_short_or_common_password_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_password(password, own_words=("alice", "bob.smith@example.com"))
    assert raised.value.code == "weak_password"
    hint = raised.value.message.removeprefix("password: ")
    assert not password or password not in hint


def test_own_words_of_two_letters_forbid_nothing() -> None:
    assert not is_guessable("li6789-tea", ("li",))


@pytest.mark.parametrize("password", ["a1" * 127 + "bb", "qwe" * 85, "aab" * 85, "1q" * 128])
def test_checking_a_long_password_ends(password: str) -> None:
    is_guessable(password)  # one that backtracks would run for years


async def test_the_parameters_are_at_least_those_of_owasp() -> None:
    keeper = Passwords(b"pepper")
    kept = await keeper.hash("tea with honey")
    for encoded in (kept, DUMMY_HASH):
        parameters = argon2.extract_parameters(encoded)
        assert parameters.type is argon2.Type.ID
        assert parameters.memory_cost >= 19 * 1024
        assert parameters.time_cost >= 2
        assert parameters.hash_len == 32
    keeper.close()


async def test_a_password_is_verified_only_with_its_pepper() -> None:
    keeper, other = Passwords(b"pepper"), Passwords(b"salt")
    kept = await keeper.hash("tea with honey")
    assert kept != await keeper.hash("tea with honey")
    assert await keeper.verify("tea with honey", kept)
    assert not await keeper.verify("tea with money", kept)
    assert not await other.verify("tea with honey", kept)
    keeper.close()
    other.close()


async def test_two_unicode_forms_of_a_password_are_equal() -> None:
    keeper = Passwords(b"pepper")
    assert await keeper.verify("caf\u00e9 au lait", await keeper.hash("cafe\u0301 au lait"))
    keeper.close()


async def test_a_damaged_hash_matches_nothing() -> None:
    keeper = Passwords(b"pepper")
    assert not await keeper.verify("tea with honey", "no hash at all")
    assert not await keeper.verify("tea with honey", None)
    keeper.close()


async def test_the_event_loop_runs_on_while_passwords_are_hashed() -> None:
    keeper = Passwords(b"pepper")
    logins = [asyncio.ensure_future(keeper.hash("tea with honey")) for _ in range(20)]
    steps_before_the_first = 0
    while not any(login.done() for login in logins):
        await asyncio.sleep(0)
        steps_before_the_first += 1
    # A hash on the event loop would be done after the first step.
    assert steps_before_the_first > 2
    await asyncio.gather(*logins)
    keeper.close()


async def test_too_many_pending_hashes_are_refused_and_the_rest_served() -> None:
    keeper = Passwords(b"pepper")
    crowd = [keeper.verify("tea with honey", None) for _ in range(MAX_PENDING + 3)]
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 3
    assert answers.count(False) == MAX_PENDING
    assert await keeper.verify("again", None) is False
    keeper.close()
