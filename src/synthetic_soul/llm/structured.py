"""Structured output: request an answer that fits a schema, validate it, and repair it once.

A provider is asked in the best mode it supports: ``json_schema`` (it enforces the schema
itself), ``json_object`` (it promises JSON; the schema is in the prompt) or ``prompt`` (it
promises nothing). Where it refuses a mode with HTTP 400, the next one is tried.
"""

import json
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from synthetic_soul.errors import ModelGarbled, ModelRefused
from synthetic_soul.llm.base import Completion, Message, Structured, T
from synthetic_soul.llm.diagnosis.failures import BAD_REQUEST
from synthetic_soul.llm.dialect import Mode

Format = Mapping[str, object] | None

_MAX_PROBLEMS = 8  # named in the repair prompt
_MAX_CANDIDATES = 16  # opening braces tried in one answer
_NOT_IN_STRICT_MODE = frozenset({"default", "title", "minLength", "maxLength", "uniqueItems"})

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[{}\[\],]', re.DOTALL)
"""A string, also one that the end cuts off, or a sign that opens, closes or separates."""

Ask = Callable[[Sequence[Message], Format], Awaitable[Completion]]
"""One request to the model, in a response format or none; the answer's text may be empty."""


async def ask_structured(
    ask: Ask, messages: Sequence[Message], schema: type[T], *, modes: Sequence[Mode]
) -> tuple[Structured[T], Mode]:
    """Return a value of ``schema`` and the mode that gave it.

    ``modes`` are tried in order while the provider refuses them. If the answer does not fit, the
    model is shown the problems and asked once more; ``ModelGarbled`` if it fails again.
    """
    mode, completion = await _first_answer(ask, messages, schema, modes)
    value = _validate(completion.text, schema)
    if not isinstance(value, _Problems):
        return Structured(value, completion.usage), mode
    repair = await ask(
        [
            *_prompt(messages, schema, mode),
            Message("assistant", completion.text.strip() or "{}"),
            Message("user", _repair_prompt(schema, value)),
        ],
        _format(schema, mode),
    )
    repaired = _validate(repair.text, schema)
    if isinstance(repaired, _Problems):
        raise ModelGarbled(
            f"The model's answer did not fit the schema {schema_name(schema)!r}, even repaired."
        )
    return Structured(repaired, completion.usage + repair.usage), mode


async def _first_answer(
    ask: Ask, messages: Sequence[Message], schema: type[BaseModel], modes: Sequence[Mode]
) -> tuple[Mode, Completion]:
    refused = 0
    while True:
        mode = modes[refused]
        try:
            completion = await ask(_prompt(messages, schema, mode), _format(schema, mode))
        except ModelRefused as refusal:
            if refusal.code != BAD_REQUEST or mode == modes[-1]:
                raise
            refused += 1
        else:
            usage = replace(completion.usage, calls=completion.usage.calls + refused)
            return mode, replace(completion, usage=usage)


def schema_name(schema: type[BaseModel]) -> str:
    """Return the schema's name in the characters that the API allows, 64 at most."""
    return re.sub(r"\W", "_", schema.__name__, flags=re.ASCII)[:64]


@lru_cache(maxsize=64)
def _schema_text(schema: type[BaseModel]) -> str:
    return json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))


def _prompt(messages: Sequence[Message], schema: type[BaseModel], mode: Mode) -> Sequence[Message]:
    """Append the schema to the system message, unless the mode sends it separately."""
    if mode == "json_schema":
        return messages
    instruction = (
        f"Answer with one JSON object that fits the schema '{schema_name(schema)}'. "
        f"Schema: {_schema_text(schema)}"
    )
    first, *rest = messages
    if first.role != "system":
        return [Message("system", instruction), *messages]
    return [Message("system", f"{first.content}\n\n{instruction}"), *rest]


@lru_cache(maxsize=64)
def _schema_format(schema: type[BaseModel]) -> Mapping[str, object]:
    json_schema = {
        "name": schema_name(schema),
        "strict": True,
        "schema": strict_schema(schema.model_json_schema()),
    }
    return {"type": "json_schema", "json_schema": json_schema}


def _format(schema: type[BaseModel], mode: Mode) -> Format:
    match mode:
        case "json_schema":
            return _schema_format(schema)
        case "json_object":
            return {"type": "json_object"}
        case "prompt":
            return None


def strict_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema in the subset that OpenAI's strict mode accepts.

    Every property is required, no other is allowed, and unsupported keywords are left out;
    pydantic still checks them afterwards.
    """
    strict = {
        key: _strict_part(key, part)
        for key, part in schema.items()
        if key not in _NOT_IN_STRICT_MODE
    }
    if "properties" in schema:
        strict["required"] = list(schema["properties"])
        strict["additionalProperties"] = False
    return strict


def _strict_part(key: str, part: Any) -> Any:  # noqa: ANN401 - any part of a JSON schema
    match key, part:
        case "properties" | "$defs", dict():
            return {name: strict_schema(child) for name, child in part.items()}
        case "anyOf" | "prefixItems", list():
            return [strict_schema(child) for child in part]
        case "items", dict():
            return strict_schema(part)
    return part


class _Problems(tuple[str, ...]):
    """Where an answer does not fit; quotes nothing of it but its keys."""

    __slots__ = ()


def _validate(text: str, schema: type[T]) -> T | _Problems:
    """Return the first object in the text that fits, else the problems of the last one."""
    problems = _Problems(["the answer holds no JSON object"])
    for candidate in objects_in(text):
        try:
            return schema.model_validate_json(candidate)
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            problems = _Problems(
                f"{'.'.join(str(step) for step in detail['loc']) or 'the object'}: {detail['type']}"
                for detail in details[:_MAX_PROBLEMS]
            )
    return problems


def _repair_prompt(schema: type[BaseModel], problems: _Problems) -> str:
    listed = "\n".join(f"- {problem}" for problem in problems)
    return (
        f"That does not fit the schema '{schema_name(schema)}':\n{listed}\n"
        "Answer again with the whole corrected JSON object and nothing else."
    )


def objects_in(text: str) -> Iterator[str]:
    """Yield the outermost JSON objects in a text, also amid fences and prose.

    The first ``_MAX_CANDIDATES`` braces that might open one are tried. An object that the end of
    the text cuts off is closed after its last whole item.
    """
    start = text.find("{")
    if start >= 0 and (closed := _closed(text[start:])):
        yield closed
        return
    for _ in range(_MAX_CANDIDATES):
        if start < 0:
            return
        try:
            _, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield text[start:end]
        start = text.find("{", end)


def _closed(text: str) -> str:
    """Return the object that is cut off by the end of the text, closed; "" if none is."""
    closers: list[str] = []
    whole, missing = 0, ""
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{":
                closers.append("}")
            case "[":
                closers.append("]")
            case "}" | "]" as closer:
                if closers.pop() != closer or not closers:
                    return ""
                whole, missing = token.end(), "".join(reversed(closers))
            case ",":
                whole, missing = token.start(), "".join(reversed(closers))
            case _:
                pass  # a string
    closed = text[:whole] + missing
    try:
        _DECODER.decode(closed)
    except (ValueError, RecursionError):
        return ""
    return closed


def _finite_float(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError("a number must be finite")
    return value


_DECODER = json.JSONDecoder(parse_constant=_finite_float, parse_float=_finite_float)
