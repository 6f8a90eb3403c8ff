"""The estimate of tokens, beside the counts of real tokenizers."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from synthetic_soul.llm.token_estimate import Vocabulary, estimate_tokens, vocabulary_of

TEXTS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "token_counts.json").read_text("utf-8")
)
PROMISED = ("English", "German", "Japanese", "Arabic", "Emoji")
OTHERS = ("Russian", "Chinese", "Korean", "Hindi", "Code", "French", "Polish")


VOCABULARIES: Final[tuple[Vocabulary, ...]] = get_args(Vocabulary)


def error(part: str, vocabulary: Vocabulary, language: str) -> float:
    """Return by which share the estimate for all texts of a language is off."""
    sums: dict[str, int] = defaultdict(int)
    for row in TEXTS[part]:
        if row["language"] == language:
            sums["estimated"] += estimate_tokens(row["text"], vocabulary)
            sums["counted"] += row["counts"][vocabulary]
    return sums["estimated"] / sums["counted"] - 1


@pytest.mark.parametrize("language", PROMISED)
@pytest.mark.parametrize("part", ["fitted", "kept_aside"])
def test_an_unknown_models_tokens_are_estimated_within_15_percent(part: str, language: str) -> None:
    assert abs(error(part, "o200k", language)) <= 0.15


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("language", [*PROMISED, *OTHERS])
def test_known_vocabularies_are_estimated_within_20_percent(
    vocabulary: Vocabulary, language: str
) -> None:
    assert abs(error("kept_aside", vocabulary, language)) <= 0.2


def test_every_language_of_the_fitted_texts_is_within_20_percent() -> None:
    languages = {row["language"] for row in TEXTS["fitted"]}
    off = {
        (vocabulary, language): round(found, 2)
        for vocabulary in VOCABULARIES
        for language in sorted(languages)
        if abs(found := error("fitted", vocabulary, language)) > 0.2
    }
    assert not off


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "a", "ⵣ", "𐌰𐌱", "\ud800", "﷽", "e\u0301"])
def test_odd_texts_have_some_estimate(text: str) -> None:
    assert 0 <= estimate_tokens(text) <= 2 * len(text.encode("utf-8", "surrogatepass"))
    assert bool(estimate_tokens(text * 40)) or not text.strip()


def test_a_longer_text_never_has_fewer_tokens() -> None:
    text = TEXTS["fitted"][-1]["text"]
    estimates = [estimate_tokens(f"{text} " * times) for times in range(1, 30)]
    assert estimates == sorted(estimates)


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("openai/gpt-4o-mini", "o200k"),
        ("gpt-4.1", "o200k"),
        ("openai/gpt-4-turbo", "cl100k"),
        ("gpt-3.5-turbo", "cl100k"),
        ("llm/gemma-3-270m-it-Q4_K_M.gguf", "gemma"),
        ("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", "qwen"),
        ("llama3.2:1b", "llama"),
        ("deepseek/deepseek-chat", "deepseek"),
        ("deepseek-r1-distill-llama-8b", "llama"),
        ("DeepSeek-R1-Distill-Qwen-7B", "qwen"),
        ("some/model", "o200k"),
        ("", "o200k"),
    ],
)
def test_a_models_name_tells_its_vocabulary(model: str, vocabulary: str) -> None:
    assert vocabulary_of(model) == vocabulary
