"""Answers that must fit a schema: how they are asked for, read, checked and, once, repaired.

A provider is asked in the best mode it knows: ``json_schema`` (it enforces the schema itself),
``json_object`` (it promises JSON; the schema stands in the prompt) or ``prompt`` (it promises
nothing). Where it refuses a mode with HTTP 400, the next one is tried.
"""

import json
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from synthetic_soul.errors import ModelGarbled, ModelRefused
from synthetic_soul.llm.base import Completion, Message, Structured, T
from synthetic_soul.llm.failures import BAD_REQUEST

Mode = Literal["json_schema", "json_object", "prompt"]
Format = Mapping[str, object] | None

_SHOWN_PROBLEMS = 8
_CANDIDATES = 16
_NOT_STRICT = frozenset({"default", "title", "minLength", "maxLength", "uniqueItems"})


Ask = Callable[[Sequence[Message], Format], Awaitable[Completion]]
"""One question to the model, in a response format or none; the answer's text may be empty."""


async def ask_structured(
    ask: Ask, messages: Sequence[Message], schema: type[T], *, modes: Sequence[Mode]
) -> tuple[Structured[T], Mode]:
    """Return a value of ``schema`` and the mode that brought it.

    ``modes`` are tried in order while the provider refuses them. An answer that does not fit is
    shown its problems and asked for once more; ``ModelGarbled`` if that one does not fit either.
    """
    mode, completion = await _first_answer(ask, messages, schema, modes)
    value = _fitting(completion.text, schema)
    if not isinstance(value, _Problems):
        return Structured(value, completion.usage), mode
    again = await ask(
        [
            *_prompt(messages, schema, mode),
            Message("assistant", completion.text or "{}"),
            Message("user", _repair(schema, value)),
        ],
        _format(schema, mode),
    )
    mended = _fitting(again.text, schema)
    if isinstance(mended, _Problems):
        raise ModelGarbled(
            f"The model's answer did not fit the schema {schema_name(schema)!r}, even repaired."
        )
    return Structured(mended, completion.usage + again.usage), mode


async def _first_answer(
    ask: Ask, messages: Sequence[Message], schema: type[BaseModel], modes: Sequence[Mode]
) -> tuple[Mode, Completion]:
    *better, last = modes
    refused = 0
    for mode in better:
        try:
            completion = await ask(_prompt(messages, schema, mode), _format(schema, mode))
        except ModelRefused as refusal:
            if refusal.code != BAD_REQUEST:
                raise
            refused += 1
        else:
            return mode, _with_calls(completion, refused)
    completion = await ask(_prompt(messages, schema, last), _format(schema, last))
    return last, _with_calls(completion, refused)


def _with_calls(completion: Completion, refused: int) -> Completion:
    usage = completion.usage
    return replace(completion, usage=replace(usage, calls=usage.calls + refused))


def schema_name(schema: type[BaseModel]) -> str:
    """Return the schema's name in the letters the API allows, 64 at most."""
    return re.sub(r"\W", "_", schema.__name__, flags=re.ASCII)[:64]


@lru_cache(maxsize=64)
def _schema_text(schema: type[BaseModel]) -> str:
    return json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))


def _prompt(messages: Sequence[Message], schema: type[BaseModel], mode: Mode) -> Sequence[Message]:
    """Put the schema where the mode needs it: at the end of the system message, which is stable."""
    if mode == "json_schema":
        return messages
    asked = (
        f"Answer with one JSON object that fits the schema '{schema_name(schema)}'. "
        f"Schema: {_schema_text(schema)}"
    )
    first, *rest = messages
    if first.role != "system":
        return [Message("system", asked), *messages]
    return [Message("system", f"{first.content}\n\n{asked}"), *rest]


@lru_cache(maxsize=64)
def _schema_format(schema: type[BaseModel]) -> Mapping[str, object]:
    inner = {
        "name": schema_name(schema),
        "strict": True,
        "schema": strict(schema.model_json_schema()),
    }
    return {"type": "json_schema", "json_schema": inner}


def _format(schema: type[BaseModel], mode: Mode) -> Format:
    match mode:
        case "json_schema":
            return _schema_format(schema)
        case "json_object":
            return {"type": "json_object"}
        case "prompt":
            return None


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema within the subset that OpenAI's strict mode takes.

    Every property is required, no other is allowed, and keywords it does not know are left out;
    pydantic still checks them afterwards.
    """
    kept = {key: _strict_part(key, part) for key, part in schema.items() if key not in _NOT_STRICT}
    if "properties" in schema:
        kept["required"] = list(schema["properties"])
        kept["additionalProperties"] = False
    return kept


def _strict_part(key: str, part: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    match key, part:
        case "properties" | "$defs", dict():
            return {name: strict(child) for name, child in part.items()}
        case "anyOf" | "prefixItems", list():
            return [strict(child) for child in part]
        case "items", dict():
            return strict(part)
    return part


class _Problems(tuple[str, ...]):
    """Where an answer does not fit, without a word of it but its own keys."""

    __slots__ = ()


def _fitting(text: str, schema: type[T]) -> T | _Problems:
    """Return the first object in the text that fits, else what is wrong with the last one."""
    problems = _Problems(["the answer holds no JSON object"])
    for candidate in objects_in(text):
        try:
            return schema.model_validate_json(candidate)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            problems = _Problems(
                f"{'.'.join(str(step) for step in each['loc']) or 'the object'}: {each['type']}"
                for each in found[:_SHOWN_PROBLEMS]
            )
    return problems


def _repair(schema: type[BaseModel], problems: _Problems) -> str:
    listed = "\n".join(f"- {problem}" for problem in problems)
    return (
        f"That does not fit the schema '{schema_name(schema)}':\n{listed}\n"
        "Answer again with the whole corrected JSON object and nothing else."
    )


def objects_in(text: str) -> Iterator[str]:
    """Yield the outermost JSON objects in a text, fences and prose around them or not.

    The first ``_CANDIDATES`` braces that might open one are tried.
    """
    decoder = json.JSONDecoder(parse_constant=_finite, parse_float=_finite)
    start = text.find("{")
    for _ in range(_CANDIDATES):
        if start < 0:
            return
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield text[start:end]
        start = text.find("{", end)


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("a number must be finite")
    return value
