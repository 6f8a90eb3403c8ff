import base64
import json
from collections.abc import Callable

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.auth import tokens
from synthetic_soul.auth.tokens import AccessTokens, Claims, RefreshTokens
from synthetic_soul.errors import Unauthenticated
from synthetic_soul.settings import Settings

MakeSettings = Callable[..., Settings]
KEY = b"kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
NOW = 1_700_000_000_000


@pytest.fixture
def access(make_settings: MakeSettings) -> AccessTokens:
    return AccessTokens(KEY, make_settings())


def a_token(access: AccessTokens) -> str:
    return access.issue(user_id="u1", username="alice", sid="s1", now=NOW)


def forged(*, key: bytes = KEY, algorithm: str = "HS256", **changed: object) -> str:
    claims: dict[str, object] = {
        "user_id": "u1",
        "username": "alice",
        "sid": "s1",
        "aud": "synthetic-soul",
        "iss": "synthetic-soul-api",
        "iat": NOW // 1000,
        "exp": NOW // 1000 + 900,
        **changed,
    }
    payload = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(payload, key, algorithm=algorithm)


def test_a_token_says_who_and_which_session_until_it_expires(access: AccessTokens) -> None:
    token = a_token(access)
    assert access.read(token, NOW) == Claims("u1", "alice", "s1", NOW // 1000, NOW + 900_000)
    assert access.read(token, NOW + 899_999)
    with pytest.raises(Unauthenticated) as raised:
        access.read(token, NOW + 900_000)
    assert raised.value.code == "token_expired"


def test_a_token_carries_the_promised_claims_and_no_role(access: AccessTokens) -> None:
    body = a_token(access).split(".")[1]
    payload = json.loads(base64.urlsafe_b64decode(body + "=="))
    assert set(payload) == {"user_id", "username", "sid", "aud", "iss", "iat", "exp"}
    assert (payload["aud"], payload["iss"]) == ("synthetic-soul", "synthetic-soul-api")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "no token",
        "x" * 5000,
        forged(key=b"another key, just as long as it has to be"),
        forged(key=KEY * 2, algorithm="HS512"),
        forged(aud="elsewhere"),
        forged(iss="somebody"),
        forged(sid=None),
        forged(exp=None),
        forged(exp="tomorrow"),
        forged(user_id=7),
        jwt.encode({"user_id": "u1"}, None, algorithm="none"),
        "eyJhbGciOiJIUzI1NiJ9." + "W" * 1900 + ".x",
    ],
)
def test_any_other_token_is_invalid(access: AccessTokens, token: str) -> None:
    with pytest.raises(Unauthenticated):
        access.read(token, NOW)


def test_the_cache_of_decoded_tokens_is_bounded(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MAX_DECODED_TOKENS", 3)
    access = AccessTokens(KEY, make_settings())
    for number in range(9):
        access.read(access.issue(user_id=f"u{number}", username="a", sid="s", now=NOW), NOW)
    assert len(access._decoded) == 3


def test_a_refresh_token_names_its_session_and_has_a_digest() -> None:
    refresh = RefreshTokens(KEY)
    token = refresh.make("s1")
    assert refresh.session(token) == "s1"
    assert len(base64.urlsafe_b64decode(token.split(".")[1] + "=")) == 32
    assert token not in refresh.digest(token)
    assert refresh.digest(token) != RefreshTokens(KEY + b"!").digest(token)


def test_a_successor_is_unsealed_only_with_its_parent() -> None:
    refresh = RefreshTokens(KEY)
    parent, other = refresh.digest(refresh.make("s1")), refresh.digest(refresh.make("s1"))
    token = refresh.make("s1")
    sealed = refresh.seal(token, parent)
    assert refresh.unseal(sealed, parent, "s1") == token
    assert refresh.unseal(sealed, other, "s1") != token
    assert token.split(".")[1] not in sealed


@given(st.text(max_size=200))
def test_forged_refresh_tokens_belong_to_no_session(text: str) -> None:
    refresh = RefreshTokens(KEY)
    real = refresh.make("s1")
    assert refresh.session(text) is None
    assert refresh.session(f"{text}.{real}") is None
    assert refresh.session("s2" + real[2:]) is None
    assert refresh.session(real + "é") is None


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},
        {"typ": "logout+jwt"},
        {"typ": "jwt"},
        {"typ": None},
        {"kid": "../../dev/null"},
        {"kid": "1"},
        {"crit": ["exp"], "exp": 1},
        {"cty": "JWT"},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "oct", "k": "AA"}},
    ],
    ids=str,
)
def test_a_token_with_another_header_is_refused(
    access: AccessTokens, header: dict[str, object]
) -> None:
    payload = jwt.decode(a_token(access), options={"verify_signature": False})
    forged_header = jwt.encode(payload, KEY, algorithm="HS256", headers=header)
    with pytest.raises(Unauthenticated) as raised:
        access.read(forged_header, NOW)
    assert raised.value.code == "token_invalid"
    same = jwt.encode(payload, KEY, algorithm="HS256")
    assert access.read(same, NOW).user_id == "u1"
