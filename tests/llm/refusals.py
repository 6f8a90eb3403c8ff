"""Refusals as providers, local servers and proxies word them: status, body, class, limit, headers.

Written for these tests in the layouts that are in use; no text is a copy.
"""

import json
from dataclasses import dataclass, field

KEY = "sk-never-to-be-seen"
PAGE = "<!DOCTYPE html><html><head><title>{0}</title><style>b{{}}</style></head><body><h1>{0}</h1>"


@dataclass(frozen=True)
class Refusal:
    """One refusal; ``code`` is the class that it must get, ``says`` a part of its reason."""

    name: str
    status: int
    body: str
    code: str
    says: str = ""
    limit: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def _openai(message: str, code: str | None = None, kind: str = "invalid_request_error") -> str:
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def _anthropic(message: str, kind: str) -> str:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}})


def _google(message: str, status: str, code: int, **detail: object) -> str:
    return json.dumps(
        [{"error": {"code": code, "message": message, "status": status, "details": [detail]}}]
    )


REFUSALS = (
    # key
    Refusal("openai key", 401, _openai(f"Incorrect API key provided: {KEY}.", "invalid_api_key"),
            "model_key", "Incorrect API key provided"),
    Refusal("masked key", 401, _openai("Incorrect API key provided: sk-ne****seen.", None),
            "model_key", "Incorrect API key"),
    Refusal("google key as 400", 400,
            _google("API key not valid. Please pass a valid one.", "INVALID_ARGUMENT", 400,
                    reason="API_KEY_INVALID"), "model_key", "not valid"),
    Refusal("anthropic key", 401, _anthropic("invalid x-api-key", "authentication_error"),
            "model_key", "x-api-key"),
    Refusal("openrouter key", 401, '{"error": {"message": "User not found.", "code": 401}}',
            "model_key", "User not found"),
    Refusal("plain text key", 403, "Forbidden: token rejected", "model_key", "Forbidden"),
    Refusal("mistral key", 401, '{"message": "Unauthorized", "request_id": "3f2a"}', "model_key",
            "Unauthorized"),
    Refusal("no body", 401, "", "model_key"),
    # name
    Refusal("openai name", 404, _openai("The model `gpt-9` does not exist or is not yours to use.",
            "model_not_found"), "model_name", "gpt-9"),
    Refusal("ollama name", 404, '{"error": {"message": "model \'q\' not found, try pulling it"}}',
            "model_name", "not found"),
    Refusal("ollama name as text", 404, '{"error": "model \\"q\\" not found"}', "model_name", "q"),
    Refusal("deepseek name as 400", 400, _openai("Model Not Exist"), "model_name", "Not Exist"),
    Refusal("openrouter name as 400", 400,
            '{"error": {"message": "nothing/at-all is not a valid model ID", "code": 400}}',
            "model_name", "nothing/at-all"),
    Refusal("vllm name", 404, '{"object": "error", "message": "The model `m` does not exist.", '
            '"type": "NotFoundError", "param": null, "code": 404}', "model_name", "`m`"),
    Refusal("azure deployment", 404, '{"error": {"code": "DeploymentNotFound", "message": '
            '"The API deployment for this resource does not exist."}}', "model_name", "deployment"),
    Refusal("lm studio nothing loaded", 400, '{"error": "No models loaded. Please load one."}',
            "model_name", "No models loaded"),
    Refusal("wrong path, fastapi", 404, '{"detail": "Not Found"}', "model_name", "Not Found"),
    Refusal("wrong path, go", 404, "404 page not found", "model_name", "page not found"),
    Refusal("wrong path, nginx", 405, PAGE.format("405 Not Allowed"), "model_name", "Not Allowed"),
    Refusal("redirected", 301, PAGE.format("301 Moved Permanently"), "model_name", "Moved"),
    Refusal("wrapped twice", 404, json.dumps({"error": {"message": "upstream said: " + json.dumps(
            {"error": {"message": "model 'x' is unknown", "type": "not_found_error"}})}}),
            "model_name", "model 'x' is unknown"),
    # quota
    Refusal("openai quota", 429, _openai("You exceeded your current quota, please check your plan.",
            "insufficient_quota", "insufficient_quota"), "model_quota", "quota"),
    Refusal("deepseek balance", 402, _openai("Insufficient Balance"), "model_quota", "Balance"),
    Refusal("anthropic credit as 400", 400, _anthropic(
            "Your credit balance is too low to access the API.", "invalid_request_error"),
            "model_quota", "credit balance"),
    Refusal("openrouter credit", 402, '{"error": {"message": "This request requires more credits, '
            'or fewer max_tokens.", "code": 402}}', "model_quota", "credits"),
    Refusal("gateway budget", 400, '{"error": {"message": "ExceededBudget: User over budget. '
            'Budget has been exceeded! Spend: 10.1", "type": "budget_exceeded", "code": "400"}}',
            "model_quota", "exceeded"),
    # rate
    Refusal("openai rate", 429, _openai("Rate limit reached for m on tokens per min (TPM): "
            "Limit 30000, Used 29000, Requested 2000. Please try again in 2s.",
            "rate_limit_exceeded", "tokens"), "model_rate_limited", "Limit 30000"),
    Refusal("google quota a minute", 429, _google("You exceeded your current quota. "
            "Please retry in 38.5s.", "RESOURCE_EXHAUSTED", 429, retryDelay="38s"),
            "model_rate_limited", "quota"),
    Refusal("anthropic overloaded", 529, _anthropic("Overloaded", "overloaded_error"),
            "model_rate_limited", "Overloaded"),
    Refusal("azure rate", 429, '{"error": {"code": "429", "message": "Requests have exceeded the '
            'call rate limit of your tier. Retry after 6 seconds. For a quota increase go to …"}}',
            "model_rate_limited", "call rate"),
    Refusal("llama.cpp slots", 503, '{"error": {"message": "server is busy, no slot is free"}}',
            "model_rate_limited", "busy"),
    # policy
    Refusal("azure policy", 400, '{"error": {"message": "The response was filtered due to the '
            'prompt triggering the content management policy.", "code": "content_filter", '
            '"innererror": {"code": "ResponsibleAIPolicyViolation"}}}', "model_policy", "filtered"),
    Refusal("deepseek policy", 400, _openai("Content Exists Risk"), "model_policy", "Risk"),
    Refusal("openrouter moderation", 403, '{"error": {"message": "Your input was flagged", '
            '"code": 403, "metadata": {"reasons": ["violence"]}}}', "model_policy", "flagged"),
    Refusal("legal", 451, "", "model_policy"),
    # context
    Refusal("openai context", 400, _openai("This model's maximum context length is 4096 tokens. "
            "However, your messages resulted in 4500 tokens.", "context_length_exceeded"),
            "model_context", "maximum context", 4096),
    Refusal("llama.cpp context", 400, '{"error": {"code": 400, "message": "request (3050 tokens) '
            'exceeds the available context size (2048 tokens), try increasing it", "type": '
            '"exceed_context_size_error", "n_prompt_tokens": 3050, "n_ctx": 2048}}',
            "model_context", "available context", 2048),
    Refusal("llama.cpp context as 500", 500, '{"error": {"code": 500, "message": '
            '"Context size has been exceeded.", "type": "server_error"}}', "model_context",
            "Context size"),
    Refusal("anthropic context", 400, _anthropic("prompt is too long: 210000 tokens > 200000 "
            "maximum", "invalid_request_error"), "model_context", "too long", 200_000),
    Refusal("google context", 400, _google("The input token count (1200000) exceeds the maximum "
            "number of tokens allowed (1048576).", "INVALID_ARGUMENT", 400), "model_context",
            "exceeds", 1_048_576),
    Refusal("mistral context", 400, '{"object": "error", "message": "Prompt contains 33000 tokens, '
            'too large for model with 32768 maximum context length", "code": 3051}',
            "model_context", "too large", 32_768),
    Refusal("lm studio context", 400, '{"error": "Trying to keep the first 4523 tokens when the '
            'context overflows. However, the model is loaded with context length of only 4096 '
            'tokens."}', "model_context", "only 4096", 4096),
    Refusal("vllm context", 400, '{"message": "\'max_tokens\' is too large: 900. This model\'s '
            'maximum context length is 2048 tokens and your request has 1500 input tokens.", '
            '"type": "BadRequestError", "code": 400}', "model_context", "2048", 2048),
    Refusal("tgi context", 422, '{"error": "Input validation error: `inputs` tokens + '
            '`max_new_tokens` must be <= 2048. Given: 3000 `inputs` tokens", "error_type": '
            '"validation"}', "model_context", "must be", 2048),
    Refusal("too much for a minute", 413, _openai("Request too large for model m on tokens per "
            "minute (TPM): Limit 6000, Requested 7200, please reduce your message size.",
            "rate_limit_exceeded", "tokens"), "model_context", "too large", 6000),
    Refusal("in thousands", 400, '{"detail": "Input is too long: the context window is 8k."}',
            "model_context", "8k", 8192),
    Refusal("fewer tokens", 400, '{"error": {"message": "`inputs` must have less than 4095 tokens. '
            'Given: 5000"}}', "model_context", "must have", 4095),
    Refusal("a comparison", 400, '{"error": {"message": "prompt tokens exceed the limit: 5000 > '
            '4096"}}', "model_context", "exceed", 4096),
    Refusal("xAI's words", 400, '{"error": "The maximum prompt length is 131072 but the request '
            'contains 537812 tokens."}', "model_context", "maximum prompt", 131_072),
    Refusal("proxy's own limit", 413, PAGE.format("413 Request Entity Too Large"),
            "model_context", "Too Large"),
    # unreachable, time, server
    Refusal("nginx without upstream", 502, PAGE.format("502 Bad Gateway"), "model_unreachable",
            "Bad Gateway"),
    Refusal("model is loading", 503, '{"error": {"message": "Loading model", "code": 503, '
            '"type": "unavailable_error"}}', "model_unreachable", "Loading"),
    Refusal("cloudflare", 521, PAGE.format("Web server is down"), "model_unreachable", "down"),
    Refusal("gateway timeout", 504, PAGE.format("504 Gateway Time-out"), "model_timeout",
            "Time-out"),
    Refusal("ollama memory", 500, '{"error": {"message": "model requires more system memory '
            '(9.1 GiB) than is available (3.2 GiB)", "type": "api_error"}}', "model_error",
            "system memory"),
    Refusal("a bare fault", 500, "Internal Server Error", "model_error", "Internal"),
    # the request
    Refusal("fastapi's list", 422, '{"detail": [{"loc": ["body", "messages", 0, "name"], "msg": '
            '"field required", "type": "missing"}]}', "model_bad_request", "field required"),
    Refusal("only a title", 400, '{"title": "Bad Request", "status": 400, "detail": null}',
            "model_bad_request", "Bad Request"),
    # other wordings
    Refusal("a range", 400, _openai("Range of input length should be [1, 6000]"),
            "model_context", "Range"),
    Refusal("a decoder", 400, _openai("The decoder prompt (length 9000) is longer than the maximum "
            "model length of 8192."), "model_context", "decoder", 8192),
    Refusal("a sum", 400, _openai("input length and `max_tokens` exceed context limit: 190000 + "
            "20000 > 200000"), "model_context", "exceed", 200_000),
    Refusal("inspected", 400, _openai("Output data may contain sensitive information.",
            "DataInspectionFailed"), "model_policy", "sensitive"),
    Refusal("a setting of the account", 404, _openai("No endpoints found matching your data policy "
            "(Free model publication)."), "model_policy", "data policy"),
    Refusal("a key's own limit", 403, _openai("Key limit exceeded (total limit)."), "model_quota",
            "Key limit"),
    Refusal("exhausted for now", 429, _google("Resource has been exhausted (e.g. check quota).",
            "RESOURCE_EXHAUSTED", 429), "model_rate_limited", "exhausted"),
    Refusal("an embedding model", 400, _openai('"embed" does not support chat'), "model_name",
            "does not support chat"),
)  # fmt: skip
