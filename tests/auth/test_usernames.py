import pytest

from synthetic_soul.auth.usernames import name_key, read_email, read_username
from synthetic_soul.errors import Conflict, InvalidInput


@pytest.mark.parametrize(
    "name",
    ["alice", "Al.ice-2_b", "Zoë", "Jose\u0301", "Straße", "Иван", "Ἀλέξανδρος", "さくら花カ",
     "김철수", "आशा", "山田太郎", "สมชาย", "שרה"],
)  # fmt: skip
def test_a_name_in_one_script_is_valid(name: str) -> None:
    shown, key = read_username(name)
    assert name_key(shown) == key


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ab", "3 to 32"),
        ("a" * 33, "3 to 32"),
        ("a..b", "between"),
        (".ab", "between"),
        ("ab-", "between"),
        ("12.34", "one letter"),
        ("аlice", "one script"),
        ("alicε", "one script"),
        ("al\u200bice", "letters"),
        ("al\u200dice", "letters"),
        ("al\u00adice", "letters"),
        ("al\u202eice", "letters"),
        ("al\u2066ice", "letters"),
        ("ali\ufe0fce", "letters"),
        ("x\u3164\u3164y", "letters"),
        ("ɑlice", "letters"),
        ("a\u0307\u0307lice", "letters"),
        ("ali ce", "letters"),
        ("ali😀ce", "letters"),
        ("alice٣", "letters"),
        ("ꓮꓡꓲꓚꓰ", "letters"),
        ("ʻʻʻ", "letters"),
        ("x\ue000\ue001", "letters"),
    ],
)
def test_an_invalid_name_is_refused_with_the_rule(name: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as raised:
        read_username(name)
    assert name not in raised.value.message


@pytest.mark.parametrize(
    "twin", ["ALICE", "Аlice".replace("А", "A"), "ａlice", "aIice", "a1ice", "alıce"]
)
def test_lookalikes_of_a_name_share_its_key(twin: str) -> None:
    assert read_username(twin)[1] == read_username("alice")[1]


def test_a_name_of_lookalikes_has_the_key_of_what_it_looks_like() -> None:
    assert read_username("аррӏе")[1] == read_username("apple")[1]


@pytest.mark.parametrize("name", ["guest", "guest_1", "GUEST-x", "admin", "Adm1n", "r00t", "Luna"])
def test_reserved_names_are_taken(name: str) -> None:
    with pytest.raises(Conflict) as raised:
        read_username(name, reserved=["luna"])
    assert raised.value.code == "username_taken"


def test_an_address_is_returned_in_lower_case() -> None:
    assert read_email("  Me+x@Example.COM ") == "me+x@example.com"


@pytest.mark.parametrize(
    "text",
    ["", "me", "me@", "@example.com", "me@example", "me@@example.com", "me@exa mple.com",
     "a..b@c.de", ".a@c.de", "me@-x.de", "me@x.1", "m\u200be@x.de", "me@x.de\n.com",
     "a" * 65 + "@x.de",
     "a@" + "b" * 60 + ".de" * 90],
)  # fmt: skip
def test_an_invalid_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_email(text)
    assert raised.value.message == "email: write an address such as me@example.com"
