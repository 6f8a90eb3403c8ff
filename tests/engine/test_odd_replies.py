"""Whatever a model's server answers, a person reads the agent's own words or an honest failure."""

import pytest

from tests.llm.odd_answers import HELLO, ODD_ANSWERS
from tests.support.engine_harness import OpenEngine
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio
# Others pause between their tries, or are asked anew with a shorter prompt.
QUICK = [odd for odd in ODD_ANSWERS if odd.calls == 1 and odd.code != "model_context"]


async def test_a_reply_holds_only_the_agents_own_words(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    assert len(QUICK) >= 60
    wrong: dict[str, str] = {}
    async with open_engine(model=fake_model) as harness:
        for number, odd in enumerate(QUICK):
            fake_model.script.append(Fault("raw", status=200, body=odd.body))
            job = await harness.ask("Hello!", f"guest-{number}")
            got = job.result.response if job.result else job.error.code if job.error else ""
            if got != (odd.reply or odd.code):
                wrong[odd.name] = got
            lines = await harness.engine.conversation(f"guest-{number}")
            stored = [line.message for line in lines if line.from_agent]
            assert stored == ([odd.reply] if odd.reply else []), odd.name
    assert wrong == {}


async def test_a_cut_reply_without_a_whole_sentence_is_gone_on_with_once(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    def cut(text: str) -> Fault:
        body = f'{{"choices": [{{"message": {{"content": "{text}"}}, "finish_reason": "length"}}]}}'
        return Fault("raw", status=200, body=body.encode())

    async with open_engine(model=fake_model) as harness:
        fake_model.script.append(cut("The thing that happ"))
        fake_model.reply = "came to pass was odd. And more."
        assert await harness.told("Well?") == "The thing that came to pass was odd. And more."
        asked, went_on = fake_model.calls
        assert went_on.messages[: len(asked.messages)] == asked.messages
        begun, go_on = went_on.messages[len(asked.messages) :]
        assert begun == {"role": "assistant", "content": "The thing that"}
        assert go_on["role"] == "user"
        fake_model.script.extend([cut("The thing that happ"), cut("the thing that happens")])
        assert await harness.told("Well?") == "The thing that happens…"
        fake_model.script.extend([cut("The thing that happ"), cut("The thing that happ")])
        assert await harness.told("Well?") == "The thing that happ…"
        fake_model.script.extend([cut("The thing that happ"), Fault("status", 400)])
        assert await harness.told("Well?") == "The thing that…"


@pytest.mark.parametrize(
    "reasoning",
    [
        "A short greeting will do.\n</think>\n\n",
        "Okay, the person greets me. I answer.</think>",
        "用户说你好。\n</think>\n",
        "Plan: greet.\nUser: hello\nJasmine: hello\n</think>",
    ],
)
async def test_reasoning_without_an_opening_mark_is_never_shown(
    open_engine: OpenEngine, fake_model: FakeModel, reasoning: str
) -> None:
    fake_model.reply = reasoning + HELLO
    fake_model.piece_delay = 0.002
    async with open_engine(model=fake_model) as harness:
        queued = await harness.engine.submit(person="ann", text="Hello!")
        events = await harness.followed(queued.job_id)
        shown = "".join(str(event.body["text"]) for event in events if event.event == "text")
        assert shown == HELLO
        assert await harness.told("Hello again!") == HELLO


async def test_reasoning_that_a_proved_model_shows_fails_once_and_is_then_awaited(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.002
    fake_model.reply = HELLO
    async with open_engine(model=fake_model) as harness:
        assert await harness.told("Hello!") == HELLO
        fake_model.reply = f"A greeting. That is easy enough.\n</think>\n{HELLO}"
        job = await harness.ask("And?")
        assert job.error is not None
        assert job.error.code == "model_garbled"
        assert await harness.told("And now?") == HELLO
        assert all("easy" not in message["content"] for message in fake_model.calls[-1].messages)


async def test_a_stop_is_sent_until_the_model_is_seen_to_reason(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, llm_stop="###") as harness:
        await harness.say("My name is Ada.")
        await harness.say("Hello!")
        fake_model.reply = f"<think>\nUser: hello\n</think>{HELLO}"
        await harness.say("And?")
        await harness.say("And?")
        stops = [call.body.get("stop") for call in fake_model.calls if call.stream]
        assert stops[1:] == [["###", "\nUser:", "\nAda:", "\nHuman:"]] * 2 + [["###"]]
