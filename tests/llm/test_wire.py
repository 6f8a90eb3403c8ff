import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.llm import wire
from synthetic_soul.llm.wire import EventReader, GarbledError, Part, mend, read_answer, read_event


@given(
    payloads=st.lists(st.binary(min_size=1).filter(lambda raw: not {10, 13, 32} & set(raw))),
    cuts=st.lists(st.integers(0, 400)),
    end=st.sampled_from([b"\n", b"\r\n"]),
)
def test_events_are_the_same_wherever_the_bytes_are_cut(
    payloads: list[bytes], cuts: list[int], end: bytes
) -> None:
    sent = b"".join(b"data: " + payload + end + end for payload in payloads)
    places = [0, *sorted(cuts), len(sent)]
    reader = EventReader()
    got = [payload for start, stop in pairwise(places) for payload in reader.feed(sent[start:stop])]
    assert got == payloads


def test_comments_and_other_fields_are_passed_over() -> None:
    sent = b": keep-alive\n\nevent: delta\nid: 7\ndata:one\ndata: two\n\ndata: unfinished\n"
    assert EventReader().feed(sent) == [b"one\ntwo"]


def test_a_stream_without_end_is_garbled() -> None:
    reader = EventReader()
    reader.feed(b"x" * wire.WIRE_LIMIT)
    with pytest.raises(GarbledError):
        reader.feed(b"x")


def event(**choice: object) -> bytes:
    return json.dumps({"choices": [choice]}).encode()


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        (b"[DONE]", Part(done=True)),
        (event(delta={"content": "Hi"}, finish_reason=None), Part(text="Hi")),
        (event(delta={"role": "assistant", "content": None}), Part()),
        (event(delta={"reasoning_content": "hm"}), Part()),
        (event(delta={}, finish_reason="length"), Part(finish="length")),
        (event(delta={"refusal": "I must not"}), Part(refused=True)),
        (event(delta="text", finish_reason=7), Part()),
        (b'{"choices": []}', Part()),
        (b'{"choices": [null]}', Part()),
        (b'{"usage": {"prompt_tokens": 3, "completion_tokens": 4}}', Part(tokens=(3, 4))),
        (b'{"usage": {"prompt_tokens": null}}', Part()),
        (b'{"error": {"message": "overloaded"}}', Part(error=True)),
    ],
)
def test_an_event_is_read_for_what_it_says(payload: bytes, part: Part) -> None:
    assert read_event(payload) == part


@pytest.mark.parametrize("payload", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_json_object_is_garbled(payload: bytes) -> None:
    with pytest.raises(GarbledError):
        read_event(payload)


def test_an_answer_without_a_message_is_garbled() -> None:
    with pytest.raises(GarbledError, match="no message"):
        read_answer(b'{"models": ["a"]}')


@pytest.mark.parametrize(
    ("text", "mended"),
    [("plain", "plain"), ("🌧", "🌧"), ("a\ud83cb", "a\ufffdb"), ("\ud83c\udf27", "🌧")],
)
def test_lone_surrogates_are_replaced_and_pairs_joined(text: str, mended: str) -> None:
    assert mend(text) == mended
    assert mended.encode()
