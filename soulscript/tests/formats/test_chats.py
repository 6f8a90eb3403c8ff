"""Chats become memories of what the person said and are written line by line."""

import json
from dataclasses import replace

import pytest

from soulscript import NotJsonError, SoulscriptError
from soulscript.formats import FORMATS, Import, write_files
from soulscript.formats.chats.times import parse_time
from support.documents import Document, read, source

NOON = 1_714_564_800_000  # 2024-05-01T12:00Z
DAY = 86_400_000
HEADER: Document = {"user_name": "Ida", "character_name": "Bram", "chat_metadata": {"x": 1}}
LINES: list[Document] = [
    {"name": "Bram", "is_user": False, "send_date": NOON, "mes": "The kettle is on."},
    {"name": "Ida", "is_user": True, "send_date": NOON + 5_000, "mes": "I take two sugars."},
    {"name": "Ida", "is_user": True, "send_date": "?", "mes": "And milk.", "swipes": ["a", "b"]},
    {"name": "note", "is_user": True, "is_system": True, "send_date": NOON, "mes": "Hidden."},
    {"name": "Ida", "is_user": True, "send_date": NOON, "mes": " "},
    {"is_user": True, "send_date": NOON + DAY, "mes": "Good morning."},
]


def jsonl(*lines: object) -> bytes:
    written = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    return "\n".join(written).encode()


def test_the_messages_of_the_person_become_a_memory_of_each_day() -> None:
    found = read(jsonl(HEADER, *LINES), "bram.jsonl")
    assert found.format == "chat"
    first, second = found.memories
    assert [part.content for part in first.fragments] == ["I take two sugars.", "And milk."]
    (fragment,) = second.fragments
    assert (fragment.type, fragment.content, fragment.timestamp) == (
        "observation",
        "Good morning.",
        NOON + DAY,
    )
    assert first.fragments[0].context is not None
    assert first.fragments[0].context.dump() == {"interaction_type": "chat", "user_name": "Ida"}


def test_the_messages_of_the_character_are_no_memories() -> None:
    found = read(jsonl(HEADER, *LINES), "bram.jsonl")
    said = json.dumps([memory.dump() for memory in found.memories])
    assert "kettle" not in said
    assert "Hidden" not in said
    notes = {note.path: note.message for note in found.report.of("kept")}
    assert notes["lines[0]"].startswith("the header")
    assert notes["lines[1]"] == "what the character said itself is never a memory"
    assert notes["lines[4]"] == "of the system: no memory"
    assert notes["lines[5]"] == "there is nothing in it"
    assert [note.path for note in found.report.of("defaulted")] == ["lines[3].send_date"]


def test_a_chat_survives_a_memory_graph_line_by_line() -> None:
    lines = [HEADER, *LINES, "{ not json", "[1]", {"mes": "…", "name": "Zoë"}]
    found = read(jsonl(*lines, ""), "bram.jsonl")
    assert [(problem.severity, problem.line) for problem in found.problems] == [
        ("warning", 8),
        ("warning", 9),
    ]
    raw = write_files(found, "chat", "x").files["x.jsonl"]
    again = read(raw, "bram.jsonl")
    assert [json.loads(line) for line in raw.decode().split("\n")[:7]] == lines[:7]
    assert raw.decode().split("\n")[7:9] == lines[7:9]
    assert (again.memories, again.extra, again.report) == (
        found.memories,
        found.extra,
        found.report,
    )
    graph = write_files(found, "memories", "x").files["x.memories.json"]
    assert write_files(read(graph, "x.memories.json"), "chat", "x").files["x.jsonl"] == raw


def test_a_chat_without_a_header_and_with_a_byte_order_mark() -> None:
    assert len(read(b"\xef\xbb\xbf" + jsonl(*LINES), "a.jsonl").memories) == 2


@pytest.mark.parametrize("raw", [jsonl(HEADER), jsonl(HEADER, "{")])
def test_a_chat_without_messages_is_refused(raw: bytes) -> None:
    with pytest.raises(SoulscriptError, match="no message"):
        read(raw, "a.jsonl")


def test_a_chat_of_too_many_lines_is_refused() -> None:
    with pytest.raises(NotJsonError, match="lines"):
        read(jsonl(*LINES) + b"\n" * 50_001, "a.jsonl")


@pytest.mark.parametrize("extra", [{}, {"soul:source": {"format": "chat", "original": {}}}])
def test_memories_that_came_from_no_chat_are_not_written_as_one(extra: Document) -> None:
    with pytest.raises(SoulscriptError, match="came from no chat"):
        write_files(replace(Import("memories", None), extra=extra), "chat", "x")


@pytest.mark.parametrize("raw", [b"", b"[1]", b"{", b'{"a": 1}'])
def test_other_json_lines_are_not_detected_as_a_chat(raw: bytes) -> None:
    assert not FORMATS["chat"].sees(source(raw))


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (NOON, NOON),
        (str(NOON), NOON),
        (NOON // 1000, NOON),
        (-5_000, -5_000_000),
        ("2024-05-01T12:00:00.000Z", NOON),
        ("2024-05-01T14:00:00+02:00", NOON),
        ("2024-05-01 12:00", NOON),
        ("2024-5-1 @12h 00m 00s 7ms", NOON + 7),
        ("2024-5-1@12h00m00s", NOON),
        ("May 1, 2024 12:00pm", NOON),
        ("May 1, 2024 12:00:00 PM", NOON),
        ("April 30, 2024 12:00am", NOON - DAY - DAY // 2),
        ("Foo 1, 2024 12:00pm", None),
        ("2024-13-1 @12h 00m 00s", None),
        ("yesterday", None),
        (None, None),
        (1e15, None),
        (True, None),
    ],
)
def test_times_are_parsed_in_every_form(value: str | float | None, at: int | None) -> None:
    assert parse_time(value) == at
