"""Odd answers as servers give them, byte for byte: what is sent, and the reply that is in it.

Each is the body of a response with status 200 to a request for a stream. ``reply`` is the whole
reply that a person may see; where there is none, ``code`` is the class of the failure.
"""
# ruff: noqa: E501 - one answer a line

import json
from dataclasses import dataclass

HELLO = "Hello there, friend."
FAILED = "model_error"
INTERRUPTED = "model_interrupted"
GARBLED = "model_garbled"
REASONED = "model_only_reasoned"
POLICY = "model_policy"


@dataclass(frozen=True)
class OddAnswer:
    """One answer; ``calls`` are made in all, since some failures are worth another try."""

    name: str
    body: bytes
    reply: str = HELLO
    code: str = ""
    calls: int = 1


def event(finish: object = None, **delta: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def says(*texts: str, finish: str | None = "stop") -> list[object]:
    return [*(event(content=text) for text in texts), event(finish)]


def sse(events: list[object], *, end: str = "\n\n", done: bool = True) -> bytes:
    data = [f"data: {json.dumps(each)}{end}" for each in events]
    return "".join([*data, f"data: [DONE]{end}" if done else ""]).encode()


def whole(message: dict[str, object], finish: str = "stop", **more: object) -> bytes:
    choice = {"index": 0, "message": message, "finish_reason": finish, **more}
    return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


def text(content: str) -> bytes:
    """One text, cut into pieces of seven characters."""
    return sse(says(*(content[start : start + 7] for start in range(0, len(content), 7))))


def bad(name: str, body: bytes, code: str, calls: int = 1) -> OddAnswer:
    return OddAnswer(name, body, "", code, calls)


ERROR = {"error": {"message": "the engine died", "code": 500}}
WIRE = (
    OddAnswer("as it should be", sse(says("Hello there,", " friend."))),
    OddAnswer("plain JSON", whole({"role": "assistant", "content": HELLO})),
    OddAnswer("plain JSON behind blank lines", b"\n \r\n" + whole({"content": HELLO})),
    OddAnswer("plain JSON with a mark of byte order", b"\xef\xbb\xbf" + whole({"content": HELLO})),
    OddAnswer(
        "plain JSON over several lines",
        json.dumps(json.loads(whole({"content": HELLO})), indent=2).encode(),
    ),
    OddAnswer("plain JSON in a list", b"[" + whole({"content": HELLO}) + b"]"),
    OddAnswer(
        "a JSON object a line",
        b"\n".join(json.dumps(each).encode() for each in says("Hello there,", " friend.")),
    ),
    OddAnswer("CRLF", sse(says(HELLO), end="\r\n\r\n")),
    OddAnswer("mark of byte order", b"\xef\xbb\xbf" + sse(says(HELLO))),
    OddAnswer(
        "comments to keep alive",
        b": ping\n\n" + sse(says(HELLO)).replace(b"\n\n", b"\n\n: ping\n\n"),
    ),
    OddAnswer(
        "names and ids of events",
        sse(says(HELLO)).replace(b"data:", b"event: message\nid: 7\nretry: 5\ndata:"),
    ),
    OddAnswer("no space behind the colon", sse(says(HELLO)).replace(b"data: ", b"data:")),
    OddAnswer("empty events", b"data: \n\n" + sse(says(HELLO))),
    OddAnswer("no last blank line", sse(says(HELLO)).rstrip(b"\n")),
    OddAnswer("no last blank line and no end", sse(says(HELLO), done=False).rstrip(b"\n")),
    OddAnswer("no [DONE]", sse(says(HELLO), done=False)),
    OddAnswer("[DONE] without a finish_reason", sse(says(HELLO, finish=None))),
    OddAnswer(
        "data over two lines",
        b'data: {"choices": [{"index": 0,\ndata: "delta": {"content": "Hello there, friend."}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n',
    ),
    OddAnswer(
        "no role, null fields",
        sse([event(role=None, content=None, tool_calls=None, refusal=None), *says(HELLO)]),
    ),
    OddAnswer(
        "an empty delta first", sse([{"choices": []}, {"choices": [{"delta": None}]}, *says(HELLO)])
    ),
    OddAnswer(
        "usage alone at the end",
        sse([*says(HELLO), {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}]),
    ),
    OddAnswer(
        "usage without choices",
        sse([*says(HELLO), {"usage": {"input_tokens": 3, "output_tokens": 4}}]),
    ),
    OddAnswer(
        "several choices",
        sse(
            [
                {
                    "choices": [
                        {"index": 1, "delta": {"content": "No."}},
                        {"index": 0, "delta": {"content": HELLO}, "finish_reason": "stop"},
                    ]
                }
            ]
        ),
    ),
    OddAnswer(
        "choices by turns",
        sse([{"choices": [{"index": 1, "delta": {"content": "No."}}]}, *says(HELLO)]),
    ),
    OddAnswer(
        "content as parts",
        sse(
            [
                event(
                    content=[
                        {"type": "text", "text": "Hello there,"},
                        {"type": "text", "text": " friend."},
                    ]
                ),
                event("stop"),
            ]
        ),
    ),
    OddAnswer(
        "a thinking part",
        sse(
            [
                event(
                    content=[
                        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
                        {"type": "text", "text": HELLO},
                    ]
                ),
                event("stop"),
            ]
        ),
    ),
    OddAnswer(
        "a part of output text",
        whole({"content": [{"type": "output_text", "text": {"value": HELLO, "annotations": []}}]}),
    ),
    OddAnswer(
        "legacy text", sse([{"choices": [{"index": 0, "text": HELLO, "finish_reason": "stop"}]}])
    ),
    OddAnswer(
        "a message for a delta",
        sse([{"choices": [{"index": 0, "message": {"content": HELLO}, "finish_reason": "stop"}]}]),
    ),
    OddAnswer(
        "reasoning_content",
        sse(
            [
                event(reasoning_content="Hm."),
                event(reasoning_content="So.", content=""),
                *says(HELLO),
            ]
        ),
    ),
    OddAnswer(
        "reasoning",
        sse(
            [
                event(
                    reasoning="Hm.", reasoning_details=[{"type": "reasoning.text", "text": "Hm."}]
                ),
                *says(HELLO),
            ]
        ),
    ),
    OddAnswer("thinking", whole({"content": HELLO, "thinking": "Hm."})),
    OddAnswer(
        "an emoji over two events", sse(says("Hello \ud83d", "\ude00 friend.")), "Hello 😀 friend."
    ),
    OddAnswer("half an emoji", sse(says("Hello \ud83d", " friend.")), "Hello \ufffd friend."),
    OddAnswer("an unknown finish_reason", sse(says(HELLO, finish="eos_token"))),
    OddAnswer("finish_reason in capitals", sse(says(HELLO, finish="STOP"))),
    OddAnswer("cut in mid-word", sse(says(HELLO + " The thing that happ", finish="length"))),
    OddAnswer("cut, by another name", sse(says(HELLO + " The thing", finish="MAX_TOKENS"))),
    OddAnswer("cut in plain JSON", whole({"content": HELLO + " And th"}, "length")),
    OddAnswer(
        "a tool called beside the text",
        sse([event(content=HELLO), event(tool_calls=[{"index": 0}]), event("tool_calls")]),
    ),
    bad("reasoning alone, cut", sse([event(reasoning_content="Hm."), event("length")]), REASONED),
    bad("reasoning alone, ended", sse([event(reasoning="Hm."), event("stop")]), REASONED),
    bad("cut before the first word", sse([event("length")]), REASONED),
    bad(
        "a tool called",
        sse([event(tool_calls=[{"index": 0, "function": {"name": "x"}}]), event("tool_calls")]),
        GARBLED,
    ),
    bad("no text", sse([event(role="assistant"), event("stop")]), GARBLED),
    bad("nothing", b"", GARBLED),
    bad("a page", b"<!doctype html><title>It works!</title>", GARBLED),
    bad("plain words", b"It works!\n", GARBLED),
    bad("no JSON in an event", b"data: {no answer\n\n", GARBLED),
    bad("a list of models", b'{"object": "list", "data": []}', GARBLED),
    bad("a filter", sse([event("content_filter")]), POLICY),
    bad("a filter after words", sse(says("So far", finish="content_filter")), POLICY),
    bad("a refusal", sse([event(refusal="I must not."), event("stop")]), POLICY),
    bad("an error as JSON", json.dumps(ERROR).encode(), FAILED, 3),
    bad("an error as text", b'{"error": "the engine died"}', FAILED, 3),
    bad("an error as event", sse([ERROR]), FAILED, 3),
    bad(
        "an event named error",
        b'event: error\ndata: {"type": "error", "message": "died"}\n\n',
        FAILED,
        3,
    ),
    bad("a field named error", b'error: {"code": 500, "message": "died"}\n\n', FAILED, 3),
    bad("a detail", b'{"detail": "the engine died"}', FAILED, 3),
    bad(
        "a rate limit within 200",
        b'{"error": {"message": "slow down", "code": 429}}',
        "model_rate_limited",
        3,
    ),
    bad("a wrong key within 200", b'{"error": {"message": "bad key", "code": "401"}}', "model_key"),
    bad(
        "an unknown model within 200",
        b'{"error": {"message": "no such model", "code": 404}}',
        "model_name",
    ),
    bad(
        "a long prompt within 200",
        b'{"error": {"message": "context length exceeded: 2048"}}',
        "model_context",
    ),
    bad(
        "an error in the choice",
        sse(
            [
                {
                    "choices": [
                        {
                            "index": 0,
                            "delta": {},
                            "error": {"message": "died", "code": 502},
                            "finish_reason": "error",
                        }
                    ]
                }
            ]
        ),
        "model_unreachable",
        3,
    ),
    bad("finish_reason error", sse([event("error")]), FAILED, 3),
    bad("finish_reason error after words", sse(says("Hello there,", finish="error")), FAILED, 3),
    bad("an error after words", sse([event(content="Hello there,"), ERROR]), FAILED, 3),
    bad(
        "broken off in an event",
        sse([event(content="Hello there,")], done=False) + b'data: {"choi',
        INTERRUPTED,
    ),
    bad("broken off between events", sse([event(content="Hello there,")], done=False), INTERRUPTED),
)
TEXT = (
    OddAnswer("think", text(f"<think>\nThe person greets me.\n</think>\n\n{HELLO}")),
    OddAnswer("a lone closing tag", text(f"Okay, the person greets me.\n</think>\n\n{HELLO}")),
    OddAnswer(
        "channels",
        text(
            f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{HELLO}<|return|>"
        ),
    ),
    OddAnswer("THINK in brackets", text(f"[THINK]hm[/THINK]{HELLO}")),
    OddAnswer("a label", text(f"**Jasmine:** {HELLO}")),
    OddAnswer("a doubled label", text(f"[Jasmine]: Jasmine: {HELLO}")),
    OddAnswer("a role as label", text(f"assistant: {HELLO}")),
    OddAnswer("a token at the end", text(f"{HELLO}<|im_end|>")),
    OddAnswer(
        "another turn by tokens", text(f"{HELLO}<end_of_turn>\n<start_of_turn>user\nI am fine.")
    ),
    OddAnswer("another turn", text(f"{HELLO}\nUser: I am fine, how are you?\nJasmine: I am well.")),
    OddAnswer(
        "a heading of a template", text(f"### Response:\n{HELLO}\n\n### Instruction:\nGo on.")
    ),
    OddAnswer("control characters", sse(says("Hello\x00 there,\x1b friend.\u2028"))),
    bad("an open think", text("<think>The person greets me, so I"), REASONED),
    bad("think and nothing behind", text("<think>Hm.</think>\n"), REASONED),
    bad("a label alone", text("Jasmine: "), GARBLED),
    bad("another's turn alone", text("User: I am fine."), GARBLED),
)
ODD_ANSWERS = (*WIRE, *TEXT)
