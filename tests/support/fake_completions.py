"""Completions of the fake model: requests, streamed events, objects that fit a schema."""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as it came in."""

    messages: tuple[Mapping[str, str], ...]
    model: str
    stream: bool
    headers: Mapping[str, str]
    body: Json

    @property
    def authorization(self) -> str | None:
        """The credential sent along."""
        return self.headers.get("authorization")

    @property
    def prompt(self) -> str:
        """The text of all messages, one below the other."""
        return "\n".join(message["content"] for message in self.messages)

    @property
    def format(self) -> str:
        """``json_schema``, ``json_object``, or ``text`` where none was asked for."""
        return str((self.body.get("response_format") or {}).get("type", "text"))


def chunk(payload: bytes) -> bytes:
    """Wrap some bytes as one chunk of an HTTP/1.1 body."""
    return b"%x\r\n%b\r\n" % (len(payload), payload)


def delta(model: str, delta: Json, finish: str | None) -> bytes:
    """Return one event of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "model": model}
    return json.dumps({**event, "created": 1, "choices": [choice]}).encode()


def usage(call: Call, text: str) -> Json:
    """Count words for tokens, in the API's terms."""
    asked, said = len(call.prompt.split()), len(text.split())
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def wanted_schema(call: Call) -> tuple[str, Json] | None:
    """The schema the call asks to be answered by: from its format, else out of its prompt."""
    if call.format == "json_schema":
        asked = call.body["response_format"]["json_schema"]
        return asked["name"], asked["schema"]
    named = re.search(r"schema '([^']+)'.*?Schema:\s*(?=\{)", call.prompt, re.DOTALL)
    if named is None:
        return ("object", {}) if call.format == "json_object" else None
    schema, _ = json.JSONDecoder().raw_decode(call.prompt, named.end())
    return named[1], schema


def smallest(node: Json, root: Json) -> object:
    """Return the smallest value that is valid for the schema ``node`` within ``root``."""
    if "$ref" in node:
        return smallest(root["$defs"][node["$ref"].rsplit("/", 1)[-1]], root)
    fixed = {"const", "default"} & node.keys()
    if fixed or "enum" in node:
        return node[fixed.pop()] if fixed else node["enum"][0]
    if "anyOf" in node:
        optional = {"type": "null"} in node["anyOf"]
        return None if optional else smallest(node["anyOf"][0], root)
    kind = node.get("type", "object")
    if kind == "array":
        return [smallest(node["items"], root) for _ in range(node.get("minItems", 0))]
    plain: Json = {
        "string": "x" * node.get("minLength", 1),
        "number": max(0, node.get("minimum", 0)),
        "integer": max(0, node.get("minimum", 0)),
        "boolean": False,
        "null": None,
        "object": {
            name: smallest(child, root) for name, child in node.get("properties", {}).items()
        },
    }
    return plain[kind]


DIMENSIONS = 64


def embedded(body: Json, synonyms: Mapping[str, str]) -> bytes:
    """Answer ``/embeddings``: each word, or its synonym, adds a vector of its own."""
    rows = [
        {"object": "embedding", "index": index, "embedding": _embedding(text, synonyms)}
        for index, text in enumerate(body["input"])
    ]
    return json.dumps({"object": "list", "model": body["model"], "data": rows[::-1]}).encode()


def _embedding(text: str, synonyms: Mapping[str, str]) -> list[float]:
    words = re.findall(r"[a-z]+", text.lower())
    each = [random.Random(synonyms.get(word, word)) for word in words]  # noqa: S311 - no secret
    return [1e-3 + sum(word.gauss(0, 1) for word in each) for _ in range(DIMENSIONS)]
