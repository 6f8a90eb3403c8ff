"""Whatever a server answers, a stream gives its words or a failure of one class."""

from contextlib import aclosing

import pytest

from synthetic_soul.errors import ModelContextExceeded, ModelError
from synthetic_soul.llm.openai_compatible import OpenAICompatible
from tests.llm.conftest import KEY, PROMPT, SECRET_WORDS
from tests.llm.odd_answers import ODD_ANSWERS, WIRE, OddAnswer
from tests.llm.refusals import REFUSALS, Refusal
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio


async def answer(model: OpenAICompatible, *, deadline: float = 5.0) -> tuple[str, bool]:
    stream = model.stream(PROMPT, max_tokens=200, deadline=deadline)
    async with aclosing(stream):
        text = "".join([text async for text in stream])
    return text, stream.was_cut


def test_there_are_enough_of_them() -> None:
    assert len(ODD_ANSWERS) >= 60
    assert len(REFUSALS) >= 25
    assert len({odd.name for odd in ODD_ANSWERS}) == len(ODD_ANSWERS)


@pytest.mark.parametrize("odd", [odd for odd in WIRE if odd.reply], ids=lambda odd: odd.name)
async def test_the_words_of_an_odd_answer_are_read(
    model: OpenAICompatible, fake_model: FakeModel, odd: OddAnswer
) -> None:
    fake_model.script.append(Fault("raw", status=200, body=odd.body))
    text, was_cut = await answer(model)
    assert text.replace("\0", "").startswith(odd.reply)
    assert was_cut == odd.name.startswith("cut")
    assert was_cut or text == odd.reply


@pytest.mark.parametrize("odd", [odd for odd in WIRE if odd.code], ids=lambda odd: odd.name)
async def test_an_answer_without_words_has_its_class(
    model: OpenAICompatible, fake_model: FakeModel, odd: OddAnswer
) -> None:
    fake_model.script.extend([Fault("raw", status=200, body=odd.body)] * odd.calls)
    with pytest.raises(ModelError) as caught:
        await answer(model)
    assert caught.value.code == odd.code
    assert len(fake_model.calls) == odd.calls


async def test_an_end_that_is_named_needs_no_end_of_the_connection(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.reply = "I am here."
    fake_model.script.append(Fault("linger"))
    assert await answer(model) == ("I am here.", False)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.name)
async def test_a_refusal_comes_through_the_wire_with_its_class(
    model: OpenAICompatible, fake_model: FakeModel, refusal: Refusal
) -> None:
    fault = Fault("raw", status=refusal.status, body=refusal.body.encode())
    fake_model.script.extend([fault] * 3)
    with pytest.raises(ModelError) as caught:
        await answer(model, deadline=0.9)
    error = caught.value
    assert error.code == refusal.code
    assert refusal.says.casefold() in error.reason.casefold()
    assert KEY not in error.reason
    assert error.__cause__ is None
    if isinstance(error, ModelContextExceeded):
        assert error.limit == refusal.limit


async def test_a_reason_repeats_neither_key_nor_prompt(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("status", 400))
    with pytest.raises(ModelError) as caught:
        await answer(model)
    assert caught.value.reason.startswith("no to")
    assert KEY not in caught.value.reason
    assert SECRET_WORDS not in caught.value.reason
