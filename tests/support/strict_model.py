"""A fake model that can be as strict as llama.cpp with a small model on a laptop.

It refuses what its ``template`` refuses, and prompts above its context, with the statuses and words
of llama.cpp's server, and it answers one request at a time: further ones wait for the slot, which
is free again as soon as its caller has left.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
from typing_extensions import override

from tests.support.fake_completions import Call
from tests.support.fake_model import FakeModel, Fault, plain

Template = Callable[[Sequence[str]], str]
"""From the roles of a prompt to the words in which its template refuses them, "" if it does not."""

ALTERNATE = "Conversation roles must alternate user/assistant/user/assistant/..."
AFTER_SYSTEM = (
    "After the optional system message, conversation roles must alternate "
    "user/assistant/user/assistant/..."
)


def _talk(roles: Sequence[str]) -> Sequence[str]:
    return roles[1:] if roles[:1] == ["system"] else roles


def _alternates(roles: Sequence[str]) -> bool:
    talk = _talk(list(roles))
    return all((role == "user") == (place % 2 == 0) for place, role in enumerate(talk)) and (
        "system" not in talk
    )


def lenient(_: Sequence[str]) -> str:
    return ""


def gemma(roles: Sequence[str]) -> str:
    return "" if _alternates(roles) else ALTERNATE


def llama_2(roles: Sequence[str]) -> str:
    return gemma(roles) or ("" if roles and roles[-1] == "user" else "Only user roles may be last")


def mistral(roles: Sequence[str]) -> str:
    if not _alternates(roles):
        return AFTER_SYSTEM
    return "" if roles[-1] == "user" else "Expected last role User, but got assistant"


def qwen(roles: Sequence[str]) -> str:
    if "system" in roles[1:]:
        return "System message must be at the beginning."
    if "user" not in roles:
        return "No user query found in messages."
    if any(pair == ("assistant", "assistant") for pair in pairwise(roles)):
        return "Cannot have 2 or more assistant messages at the end of the list."
    return "" if roles[-1] == "user" else "Assistant response prefill is incompatible"


TEMPLATES: Mapping[str, Template] = {
    "gemma": gemma,
    "llama-2": llama_2,
    "mistral": mistral,
    "qwen-3.5": qwen,
}


class StrictModel(FakeModel):
    """The server; ``context`` counts tokens as ``tokens`` does.

    ``refusals`` are the words of every refusal. ``begun`` are the requests that got the slot, in
    order; ``reading`` is the time that reading a prompt takes, in seconds.
    """

    def __init__(self, template: Template = lenient, *, context: int = 2048) -> None:
        super().__init__()
        self.template = template
        self.context = context
        self.tokens: Callable[[str], int] = lambda text: len(text.encode()) // 4
        self.reading = 0.0
        self.refusals: list[str] = []
        self.begun: list[Call] = []
        self._slot = asyncio.Lock()

    @override
    async def _respond(self, writer: asyncio.StreamWriter, call: Call, fault: Fault | None) -> bool:
        refusal = self._refusal(call)
        if refusal is not None:
            self.refusals.append(str(refusal["message"]))
            plain(writer, int(str(refusal["code"])), json.dumps({"error": refusal}).encode())
            return True
        async with self._slot:
            self.begun.append(call)
            await asyncio.sleep(self.reading)
            return await super()._respond(writer, call, fault)

    def _refusal(self, call: Call) -> dict[str, object] | None:
        said = self.template([message["role"] for message in call.messages])
        if said:
            where = "\n------------\nWhile executing CallExpression at line 19, column 27"
            message = f"{where}\nError: Jinja Exception: {said}"
            return {"code": 500, "message": message, "type": "server_error"}
        tokens = sum(self.tokens(message["content"]) + 4 for message in call.messages)
        if tokens < self.context:
            return None
        return {
            "code": 400,
            "message": f"request ({tokens} tokens) exceeds the available context size "
            f"({self.context} tokens), try increasing it",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": tokens,
            "n_ctx": self.context,
        }


@pytest.fixture
def strict_model() -> Iterator[StrictModel]:
    """Serve one strict model with one slot."""
    with StrictModel() as model:
        yield model
