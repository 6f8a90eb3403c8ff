"""The budget: what the context leaves for prompt and reply, and what a refusal teaches."""

import pytest

from synthetic_soul.voices.model.prompt_budget import MIN_CONTEXT, PromptBudget


@pytest.mark.parametrize(
    ("context", "reply", "reply_tokens"),
    [
        (8_192, None, 2_048),
        (2_048, None, 512),
        (1_024, None, 256),
        (131_072, None, 4_096),
        (8_192, 400, 400),
        (8_192, 16_384, 4_096),
        (200_000, 32_000, 32_000),
    ],
)
def test_the_reply_has_what_was_set_or_a_quarter_of_the_context(
    context: int, reply: int | None, reply_tokens: int
) -> None:
    budget = PromptBudget(context, reply)
    assert budget.reply_tokens == reply_tokens
    assert 0 < budget.thought_tokens <= reply_tokens
    assert budget.prompt_tokens * 1.15 <= context - reply_tokens


@pytest.mark.parametrize(
    ("limit", "context"),
    [(4_096, 4_096), (2_048, 2_048), (None, 4_096), (1, MIN_CONTEXT), (8_191, 8_191)],
)
def test_a_refusal_sets_the_context_that_it_names_or_halves_it(
    limit: int | None, context: int
) -> None:
    budget = PromptBudget(8_192)
    assert budget.exceeded(limit, sent=budget.prompt_tokens)
    assert budget.context == context


@pytest.mark.parametrize("limit", [8_192, 128_000])
def test_a_limit_that_was_kept_to_means_that_tokens_were_underestimated(limit: int) -> None:
    budget = PromptBudget(8_192)
    before = budget.prompt_tokens
    assert budget.exceeded(limit, sent=before)
    assert budget.context == 8_192
    assert budget.prompt_tokens <= before // 2


def test_a_refusal_of_a_prompt_from_before_the_last_one_lowers_nothing_more() -> None:
    budget = PromptBudget(8_192)
    sent = budget.prompt_tokens
    assert budget.exceeded(None, sent=sent)
    assert budget.exceeded(None, sent=sent)
    assert budget.context == 4_096


def test_at_the_least_budget_nothing_more_can_be_tried() -> None:
    budget = PromptBudget(MIN_CONTEXT)
    assert not budget.exceeded(None, sent=budget.prompt_tokens)
    for _ in range(9):
        budget.exceeded(MIN_CONTEXT, sent=budget.prompt_tokens)
    assert budget.prompt_tokens > 100
    assert not budget.exceeded(MIN_CONTEXT, sent=budget.prompt_tokens)


def test_tokens_are_estimated_by_the_vocabulary_of_the_model() -> None:
    text = "नींद नहीं आ रही, इसलिए मैं अपनी किताबों को रंग के हिसाब से सजा रहा हूँ।"
    few, many = PromptBudget(model="llm/gemma-3-4b-it"), PromptBudget(model="qwen3:8b")
    assert many.tokens(text) > 2 * few.tokens(text)
