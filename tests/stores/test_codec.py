"""Entries as bytes: canonical, lossless, and lifted from older formats."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from synthetic_soul.errors import InvalidInput, JournalBroken
from synthetic_soul.mind.events import MessageHeard, SoulAdopted, Words
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import Entry
from tests.contracts.journals import felt, heard, reply, silence, thought

EVENTS = (heard("hello", key="k"), felt(0.1), thought("hm", "ann"), silence(heard()))


def read(entry: Entry, texts: dict[str, tuple[str, str]] | None = None) -> Entry:
    parsed = codec.parse(entry.agent, entry.seq, entry.body)
    return codec.finish(parsed, entry.body, entry.previous, entry.hash, texts or {})


def texts_of(draft: codec.Draft) -> dict[str, tuple[str, str]]:
    return {words.digest: (words.salt or "", words.text or "") for words in draft.words}


def entry_of(body: dict[str, object]) -> Entry:
    packed = codec.pack(body)
    return Entry("jasmine", 1, 0, (), "", codec.chain("", packed), body=packed)


def test_a_body_is_canonical_json_of_everything_but_the_texts() -> None:
    entry = codec.seal("jäsmine", 3, 17, codec.draft(EVENTS), "ab")
    body = json.loads(entry.body)
    assert sorted(body) == ["agent", "at", "events", "seq", "version"]
    assert (body["agent"], body["seq"], body["at"], body["version"]) == ("jäsmine", 3, 17, 1)
    assert entry.body == codec.pack(body)
    assert set(body["events"][0]["words"]) == {"digest", "owner"}
    assert "jäsmine".encode() in entry.body
    assert b"hello" not in entry.body
    assert entry.hash == hashlib.sha256(b"ab" + entry.body).hexdigest()


def test_the_format_is_the_one_that_was_settled() -> None:
    words = Words.seal("hi", owner="ann", salt=bytes(16))
    message = MessageHeard(id="m", conversation="c", person="ann", words=words)
    entry = codec.seal("jasmine", 1, 5, codec.draft([message]), "")
    assert entry.body.decode() == (
        '{"agent":"jasmine","at":5,"events":[{"conversation":"c","group":false,"id":"m",'
        '"key":null,"kind":"message_heard","person":"ann","words":{"digest":'
        '"8ce44f7dec39ca5ff5f4e03aed0cc8c377ad04e25f28ff3a9b9ba74c15bd5ada","owner":"ann"}}],'
        '"seq":1,"version":1}'
    ).replace("8ce44f7dec39ca5ff5f4e03aed0cc8c377ad04e25f28ff3a9b9ba74c15bd5ada", words.digest)


def test_an_entry_comes_back_equal_with_its_texts_and_bare_without() -> None:
    draft = codec.draft(EVENTS)
    entry = codec.seal("jasmine", 1, 17, draft, "")
    assert read(entry, texts_of(draft)) == entry
    bare = read(entry).events[0]
    assert isinstance(bare, MessageHeard)
    assert (bare.words.text, bare.words.salt) == (None, None)
    assert bare.words.digest == draft.words[0].digest


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values))
def test_any_document_goes_through_unchanged(soul: dict[str, object]) -> None:
    adopted = SoulAdopted(name="J", digest="d", soul=soul, traits={})
    entry = codec.seal("jasmine", 1, 0, codec.draft([adopted]), "")
    again = read(entry)
    assert repr(again) == repr(entry)
    assert codec.draft(again.events).json == codec.draft([adopted]).json


@given(st.text(st.characters()), st.binary(min_size=16, max_size=16))
def test_any_text_is_kept_and_still_genuine(text: str, salt: bytes) -> None:
    words = Words.seal(text, owner="ann", salt=salt)
    kept = codec.bytes_text(codec.text_bytes(text))
    assert words.model_copy(update={"text": kept}).genuine()


def test_bytes_that_are_no_text_any_more_do_not_pass_for_genuine() -> None:
    words = Words.seal("é", owner="ann", salt=bytes(16))
    assert not words.model_copy(update={"text": codec.bytes_text(b"\xc3\x29")}).genuine()


@pytest.mark.parametrize("value", [float("inf"), "\udfff", {1, 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidInput):
        codec.pack({"value": value})


def test_a_packed_object_comes_back_and_nothing_else_does() -> None:
    assert codec.unpack(codec.pack({"b": 1, "a": [0.5]})) == {"a": [0.5], "b": 1}
    with pytest.raises(ValueError, match="object"):
        codec.unpack(b"[]")


def test_words_stand_only_where_the_codec_takes_them_out() -> None:
    for cls in codec.EVENT_CLASSES:
        places = codec.PLACES.get(cls.model_fields["kind"].default, ())
        for name, field in cls.model_fields.items():
            if name not in places:

                class Alone(BaseModel):
                    value: field.annotation  # type: ignore[name-defined]  # made at run time

                assert '"salt"' not in json.dumps(Alone.model_json_schema()), (cls, name)


def test_texts_of_those_who_left_are_taken_out_of_a_draft_but_not_of_its_bytes() -> None:
    draft = codec.draft([heard("a", person="ann"), heard("b", person="bob")])
    less = codec.without(draft, ["ann"])
    assert less.json == draft.json
    assert [words.text for words in less.words] == ["b"]
    assert [getattr(event, "words").text for event in less.events] == [None, "b"]  # noqa: B009 - the union has no words


def test_an_older_format_is_lifted_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format 0 that never was: messages had a `text_digest` and no `group`."""

    def lift(event: codec.RawEvent) -> codec.RawEvent:
        if event["kind"] == "message_heard":
            words = {"digest": event.pop("text_digest"), "owner": event["person"]}
            return event | {"words": words, "group": False}
        return event

    monkeypatch.setitem(codec.UPCASTS, 0, lift)
    words = Words.seal("hi", owner="ann", salt=bytes(16))
    old = {
        "kind": "message_heard",
        "id": "m",
        "conversation": "c",
        "person": "ann",
        "text_digest": words.digest,
    }
    entry = entry_of({"agent": "jasmine", "seq": 1, "at": 9, "version": 0, "events": [old]})
    lifted = read(entry, {words.digest: (words.salt or "", "hi")})
    assert lifted.events == (MessageHeard(id="m", conversation="c", person="ann", words=words),)
    assert (lifted.version, lifted.at, lifted.body) == (0, 9, entry.body)
    assert codec.chain("", lifted.body) == lifted.hash


GOOD: dict[str, object] = {"agent": "jasmine", "seq": 1, "at": 0, "version": 1, "events": []}
REPLY = json.loads(codec.draft([reply(heard())]).json)[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": 2, "events": [REPLY]},
        {"version": 0, "events": [REPLY]},
        {"seq": 2},
        {"agent": "luna"},
        {"events": [{"kind": "never_happened"}]},
        {"events": [REPLY | {"extra": 1}]},
        {"events": [REPLY | {"words": {}}]},
        {"events": 5},
        {"events": [5]},
    ],
)
def test_a_body_that_cannot_be_read_names_its_entry(wrong: dict[str, object]) -> None:
    with pytest.raises(JournalBroken, match="entry 1 of jasmine"):
        read(entry_of(GOOD | wrong))


def test_bytes_that_are_no_json_name_their_entry() -> None:
    entry = entry_of(GOOD)
    with pytest.raises(JournalBroken, match="entry 1 of jasmine"):
        codec.parse("jasmine", 1, entry.body[:-1])
