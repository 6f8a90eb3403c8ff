from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.engine import job_events
from synthetic_soul.engine.job_events import Chunker, Watch, chunks_of, parse_id, settled
from synthetic_soul.engine.views import FailureView, JobEvent, JobView, ReplyView
from synthetic_soul.jobs.base import Chunk

TEXT = "I am glad you came. Tell me everything."


def job(text: str = TEXT) -> JobView:
    reply = ReplyView(response=text, time=3, expression="joy_happy")
    return JobView(job_id="j", status="succeeded", progress=100, result=reply)


def shown(events: list[JobEvent]) -> str:
    return "".join(str(event.body["text"]) for event in events if event.event == "text")


@given(st.text(), st.lists(st.integers(0, 40), max_size=8))
def test_a_text_in_pieces_gives_the_chunks_of_the_whole(text: str, cuts: list[int]) -> None:
    chunker, chunks, start = Chunker(), [], 0
    for cut in sorted(min(cut, len(text)) for cut in cuts):
        chunks += chunker.feed(text[start:cut])
        start = cut
    chunks += chunker.feed(text[start:]) + chunker.finish()
    assert chunks == chunks_of(text)
    assert "".join(chunks) == text.strip()


def test_a_word_is_sent_as_soon_as_the_next_one_begins() -> None:
    chunker = Chunker()
    assert chunker.feed("Hello") == []
    assert chunker.feed(" the") == ["Hello"]
    assert chunker.finish() == [" the"]


def test_a_settled_job_yields_all_its_events_once() -> None:
    events = list(settled(job(), 7))
    assert [event.event for event in events[:2]] == ["status", "progress"]
    assert [event.id for event in events] == [f"7.{n}" for n in range(len(events))]
    assert shown(events) == TEXT
    assert events[-1].event == "done"
    assert events[-1].body["status"] == "succeeded"


def test_a_failure_yields_no_text_events() -> None:
    failed = JobView(
        job_id="j", status="failed", progress=100, error=FailureView(code="x", message="y")
    )
    events = list(settled(failed, 7))
    assert [event.event for event in events] == ["status", "progress", "progress", "done"]


def test_what_was_watched_live_has_the_ids_of_what_is_recorded() -> None:
    watch = Watch("j")
    live = [*watch.waiting(), *watch._events(Chunk(7, "begun", ("j",)))]
    for number, chunk in enumerate(chunks_of(TEXT)):
        live += watch._events(Chunk(7, "text", number=number, texts=(chunk,)))
    rest = list(watch.rest(settled(job(), 7)))
    assert [*live[1:], *rest] == list(settled(job(), 7))


def test_a_lost_chunk_is_taken_from_the_recorded_outcome() -> None:
    watch = Watch("j", after=(1, 0))
    chunks = chunks_of(TEXT)
    live = [*watch._events(Chunk(7, "begun", ("j",)))]
    live += watch._events(Chunk(7, "text", number=0, texts=(chunks[0],)))
    live += watch._events(Chunk(7, "text", number=2, texts=tuple(chunks[2:])))
    assert [*live, *watch.rest(settled(job(), 7))] == list(settled(job(), 7))


def test_the_turns_of_other_messages_are_not_shown() -> None:
    watch = Watch("j")
    assert list(watch._events(Chunk(6, "begun", ("other",)))) == []
    assert list(watch._events(Chunk(6, "text", texts=("secret",)))) == []


def test_a_run_after_a_crash_begins_the_text_anew() -> None:
    watch = Watch("j")
    list(watch._events(Chunk(6, "begun", ("j",))))
    list(watch._events(Chunk(6, "text", texts=("half",))))
    assert list(watch.rest(settled(job(), 7))) == list(settled(job(), 7))


def test_a_run_that_was_overtaken_is_shown_no_more() -> None:
    for watch in (Watch("j"), Watch("j", after=(7, 1))):
        shown = list(watch._events(Chunk(7, "begun", ("j",))))
        assert list(watch._events(Chunk(6, "begun", ("j",)))) == []
        assert list(watch._events(Chunk(6, "text", texts=("late",)))) == []
        assert list(watch._events(Chunk(7, "begun", ("j",)))) == []
        shown += watch.rest(settled(job(), 7))
        assert shown == list(settled(job(), 7))[-len(shown) :]


def test_only_an_epoch_and_a_number_are_an_id() -> None:
    assert parse_id("7.3") == (7, 3)
    for wrong in (None, "", "7", "7.", "a.b", "7.3.1", "-1.2", "7.3 "):
        assert parse_id(wrong) is None


def test_waiting_is_said_once() -> None:
    watch = Watch("j")
    assert [event.id for event in watch.waiting()] == ["0.0"]
    assert list(watch.waiting()) == []
    assert job_events.queued("j").body == {"job_id": "j", "status": "queued"}
