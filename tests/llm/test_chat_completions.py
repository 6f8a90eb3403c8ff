import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.llm import chat_completions
from synthetic_soul.llm.chat_completions import (
    EventReader,
    MalformedResponse,
    ResponsePart,
    parse_event,
    parse_response,
    replace_surrogates,
)
from synthetic_soul.llm.diagnosis.provider_report import Report


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


def test_comments_and_other_fields_are_ignored() -> None:
    sent = b": keep-alive\n\nevent: delta\nid: 7\ndata:one\ndata: two\n\ndata: unfinished\n"
    assert EventReader().feed(sent) == [b"one\ntwo"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_events_without_a_blank_line_between_them_are_several(end: bytes) -> None:
    sent = [b'{"choices": []}', b'{"choices": [{"text": "}"}]}', b"[DONE]"]
    reader = EventReader()
    got = reader.feed(end.join(b"data: " + payload for payload in sent) + end)
    assert [*got, *reader.finish()] == sent


def test_a_stream_without_end_is_garbled() -> None:
    reader = EventReader()
    reader.feed(b"x" * chat_completions.MAX_RESPONSE_BYTES)
    with pytest.raises(MalformedResponse):
        reader.feed(b"x")


OVERLOADED = Report("overloaded", body='{"error": {"message": "overloaded"}}')


def event(**choice: object) -> bytes:
    return json.dumps({"choices": [choice]}).encode()


@pytest.mark.parametrize(
    ("payload", "part"),
    [
        (b"[DONE]", ResponsePart(done=True)),
        (event(delta={"content": "Hi"}, finish_reason=None), ResponsePart(text="Hi")),
        (event(delta={"role": "assistant", "content": None}), ResponsePart()),
        (event(delta={"reasoning_content": "hm"}), ResponsePart(reasoned=True)),
        (event(delta={}, finish_reason="length"), ResponsePart(finish_reason="length")),
        (event(delta={"refusal": "I must not"}), ResponsePart(refused="I must not")),
        (event(delta="text", finish_reason=7), ResponsePart()),
        (b'"[done]"', ResponsePart(done=True)),
        (b"null", ResponsePart()),
        (b'{"choices": [{"index": "0", "delta": {"content": "Hi"}}]}', ResponsePart(text="Hi")),
        (b'{"choices": [{"index": [], "delta": {"content": "Hi"}}]}', ResponsePart(text="Hi")),
        (b'{"choices": [{"delta": {"content": "a\tb\xff"}}]}', ResponsePart(text="a\tb\ufffd")),
        (b'{"choices": []}', ResponsePart()),
        (b'{"choices": [null]}', ResponsePart()),
        (b'{"usage": {"prompt_tokens": 3, "completion_tokens": 4}}', ResponsePart(tokens=(3, 4))),
        (b'{"usage": {"prompt_tokens": null}}', ResponsePart()),
        (b'{"error": {"message": "overloaded"}}', ResponsePart(error=OVERLOADED)),
    ],
)
def test_an_event_is_read_for_what_it_says(payload: bytes, part: ResponsePart) -> None:
    assert parse_event(payload) == part


@pytest.mark.parametrize("payload", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b"9" * 5_000])
def test_what_is_no_json_object_is_garbled(payload: bytes) -> None:
    with pytest.raises(MalformedResponse):
        parse_event(payload)


def test_an_answer_without_a_message_is_garbled() -> None:
    with pytest.raises(MalformedResponse, match="no message"):
        parse_response(b'{"models": ["a"]}')


@pytest.mark.parametrize(
    ("text", "replaced"),
    [("plain", "plain"), ("🌧", "🌧"), ("a\ud83cb", "a\ufffdb"), ("\ud83c\udf27", "🌧")],
)
def test_lone_surrogates_are_replaced_and_pairs_joined(text: str, replaced: str) -> None:
    assert replace_surrogates(text) == replaced
    assert replaced.encode()
