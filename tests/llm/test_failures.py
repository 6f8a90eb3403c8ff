"""Each refusal has its class, the provider's reason and a mend."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.errors import (
    MAX_REASON_CHARS,
    ModelContextExceeded,
    ModelError,
    ModelRateLimited,
    ModelRefused,
)
from synthetic_soul.llm.diagnosis.failures import BAD_REQUEST, Reporter
from synthetic_soul.llm.diagnosis.reason import redact
from synthetic_soul.llm.dialect import Dialect
from tests.llm.refusals import KEY, PAGE, REFUSALS, Refusal

PROMPT = (
    "You are Jasmine. The cellar key hangs behind the clock.",
    "日本語の秘密の言葉がここにある",
)
REPORTER = Reporter(Dialect("compatible", modes=("prompt",)), secrets=(KEY,), prompt=PROMPT)


def error_of(refusal: Refusal) -> ModelError:
    body = refusal.body.encode()
    return REPORTER.refused(refusal.status, refusal.headers, body).error


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
def test_each_refusal_has_its_class_and_the_providers_reason(refusal: Refusal) -> None:
    error = error_of(refusal)
    assert error.code == refusal.code
    assert refusal.says.casefold() in error.reason.casefold()
    assert len(error.reason) <= MAX_REASON_CHARS
    assert "\n" not in error.reason
    assert "<h1>" not in error.reason
    assert "sk-" not in error.reason
    assert error.mend
    assert str(refusal.status) in error.message
    if isinstance(error, ModelContextExceeded):
        assert error.limit == refusal.limit


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 451])
def test_a_refusal_is_final(status: int) -> None:
    failure = REPORTER.refused(status, {}, b"")
    assert isinstance(failure.error, ModelRefused)
    assert not failure.retryable


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_worth_another_try(status: int) -> None:
    assert REPORTER.refused(status, {}, b"").retryable


def test_a_request_that_is_blamed_without_reason_keeps_its_code() -> None:
    assert REPORTER.refused(400, {}, b"").error.code == BAD_REQUEST


def test_a_wait_is_told_in_the_message() -> None:
    error = REPORTER.refused(429, {"retry-after": "40"}, b"").error
    assert isinstance(error, ModelRateLimited)
    assert error.retry_after == 40
    assert "40 s" in error.message


@pytest.mark.parametrize(
    ("status", "location", "said"),
    [
        (
            301,
            "https://api.example.com/v1/chat/completions",
            "leads to, at https://api.example.com.",
        ),
        (
            308,
            f"https://ann:{KEY}@h.example:8443/x?key={KEY}",
            "leads to, at https://h.example:8443.",
        ),
        (302, "/login", "leads to."),
        (307, "https://h.example:x/", "leads to."),
        (303, "https://[::1/", "leads to."),
        (301, "", "leads to."),
    ],
)
def test_a_redirect_names_where_it_leads(status: int, location: str, said: str) -> None:
    error = REPORTER.refused(status, {"location": location}, b"").error
    assert error.code == "model_name"
    assert error.mend.startswith("A redirect answered: set LLM_BASE_URL to the address it ")
    assert error.mend.endswith(said)


def test_a_page_names_the_address() -> None:
    assert "LLM_BASE_URL" in REPORTER.refused(404, {}, PAGE.format("Welcome").encode()).error.mend


@pytest.mark.parametrize(
    "told",
    [
        f"key {KEY} is bad",
        f"key {KEY[:12]}… is bad",
        f"key ****{KEY[-4:]} is bad",
        f"key {' '.join(KEY)} is bad",
        f"key {KEY.swapcase()} is bad",
        f"key {KEY[:4]}\u200b{KEY[4:]} is bad",
        "key " + "".join(f"%{ord(char):02x}" for char in KEY) + " is bad",
        "key " + "".join(f"\\u{ord(char):04x}" for char in KEY) + " is bad",
        "key Bearer abcdefgh is bad",
        "https://user:hunter2@host is bad",
        "key AIzaSyD4x9Qk2 is bad",
        "key xai-1b2c3d4e5f is bad",
        "authorization: 0xdeadbeef is bad",
        f"key {'a1B2' * 8} is bad",
    ],
)
def test_no_part_of_a_credential_is_repeated(told: str) -> None:
    safe = redact(told, secrets=(KEY,), prompt=())
    assert safe.endswith("is bad")
    said = "".join(char for char in safe if char.isalnum()).casefold()
    assert "never" not in said
    assert not any(part in safe for part in (KEY[:8], KEY[-4:], "abcdefgh", "hunter2", "AIza"))
    assert not any(part in safe for part in ("1b2c3d", "deadbeef", "a1B2"))


@pytest.mark.parametrize(
    "told",
    [
        "meta-llama/llama-3.3-70b-instruct:free is not a valid model ID",
        "The project has no access to the model gpt-4o-mini-2024-07-18.",
        "temperature must be <= 2, not 3",
    ],
)
def test_names_of_models_and_numbers_survive(told: str) -> None:
    assert redact(told, secrets=(KEY,), prompt=PROMPT) == told


@pytest.mark.parametrize(
    "quoted",
    [
        "The cellar key hangs behind the clock.",
        "the cellar\\nkey hangs behind",
        "THE-CELLAR-KEY-HANGS",
        "The%20cellar%20key%20hangs%20behind",
        "".join(f"\\u{ord(char):04x}" for char in "The cellar key hangs"),
        "日本語の秘密の言葉がここ",
        "['The cellar', 'key hangs behind the']",
    ],
)
def test_a_quotation_of_the_prompt_is_taken_off(quoted: str) -> None:
    safe = redact(f"bad input {quoted} here", secrets=(), prompt=PROMPT)
    assert safe.startswith("bad input")
    assert safe.endswith("here")
    assert "cellar" not in safe.casefold()
    assert "秘密" not in safe


@given(st.binary(max_size=400), st.integers(300, 599))
def test_any_body_is_read(body: bytes, status: int) -> None:
    error = REPORTER.refused(status, {}, body).error
    assert len(error.reason) <= MAX_REASON_CHARS
    assert error.reason.isprintable()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["error", "message", "code", "detail", "x"]), inner)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_any_json_is_read(value: object) -> None:
    error = REPORTER.refused(400, {}, json.dumps(value).encode()).error
    assert error.reason.isprintable()
    assert not math.isnan(len(error.reason))
