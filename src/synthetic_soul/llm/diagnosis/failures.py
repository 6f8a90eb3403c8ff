"""Name what can go wrong in a model call: a class, the provider's reason, and a mend.

The class follows from what the body says, and only then from the status: a context that is too
short comes as 400, 413 or 500, a wrong key as 400 or 403, a spent quota as 429. The words that
tell them apart are in ``data/failures.toml``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final, Literal, Protocol, get_args
from urllib.parse import urlsplit

from synthetic_soul.errors import (
    ModelContextExceeded,
    ModelError,
    ModelGarbled,
    ModelInterrupted,
    ModelKeyRejected,
    ModelOnlyReasoned,
    ModelPolicyRefused,
    ModelQuotaSpent,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
    ModelUnknown,
    ModelUnreachable,
)
from synthetic_soul.llm.diagnosis.provider_report import Report, read_report
from synthetic_soul.llm.diagnosis.reason import redact
from synthetic_soul.llm.diagnosis.retries import Failure, wait_of
from synthetic_soul.llm.dialect import Dialect
from synthetic_soul.toml_tables import any_of, read_table

BAD_REQUEST = "model_bad_request"
"""The code of a ``ModelRefused`` that blames the request, such as an unknown response format."""

Kind = Literal[
    "key", "name", "quota", "rate", "policy", "context", "unreachable", "time", "server",
    "memory", "loading", "request",
]  # fmt: skip

_KINDS: Final[Mapping[str, Kind]] = {kind: kind for kind in get_args(Kind)}
_CONTEXT_TOKENS: Final = range(128, 20_000_000)
"""Numbers outside are no context, whatever stands beside them."""

_HOST_NAME: Final = re.compile(r"[a-z0-9.-]{1,253}")
_NUMBER: Final = r"(?P<number>\d(?:[\d,_.]*\d)?)(?:\s*(?P<kilo>k)\b)?"
_KIND_OF_STATUS: Final[Mapping[int, Kind]] = {
    400: "request", 401: "key", 402: "quota", 403: "key", 404: "name", 405: "name", 407: "key",
    408: "time", 410: "name", 413: "context", 422: "request", 425: "rate", 429: "rate",
    451: "policy", 498: "key", 502: "unreachable", 503: "unreachable", 504: "time",
    520: "unreachable", 521: "unreachable", 522: "time", 523: "unreachable", 524: "time",
    529: "rate", 530: "unreachable",
}  # fmt: skip
_RETRYABLE: Final[frozenset[Kind]] = frozenset({"rate", "unreachable", "time", "server", "loading"})
_BLAMING: Final[frozenset[Kind]] = frozenset({"request", "server", "name"})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BLAMING_STATUSES: Final = frozenset({400, 415, 422, 500, 501})
"""A status and a kind that may mean that the provider does not take a part of the request."""
_TEXTS: Final[Mapping[Kind, str]] = {
    "key": "did not accept the key, or does not allow it to use the model",
    "name": "does not know the model or the address",
    "quota": "says the account's quota or balance is used up",
    "rate": "asks to slow down",
    "policy": "refused on grounds of policy",
    "context": "says the prompt is too long",
    "unreachable": "cannot be reached",
    "time": "did not answer in time",
    "server": "failed",
    "memory": "has not enough memory for the model",
    "loading": "is still loading the model",
    "request": "did not accept the request",
}
_MENDS: Final[Mapping[Kind, str]] = {
    "key": "Check {key}, and that its account may use this model.",
    "name": "Set {model} to a model that is served there, and check {url}: it usually ends "
    "with /v1.",
    "quota": "Check the account's plan and balance at the provider, or set {key} to another key.",
    "rate": "Wait, or raise the account's limit at the provider.",
    "policy": "The provider's own rules refused this prompt; another model may answer it.",
    "context": "Set LLM_CONTEXT to the context of the model, or raise the server's own.",
    "unreachable": "Check that the server at {url} runs and that this machine reaches it.",
    "time": "Raise LLM_TIMEOUT, or use a faster model.",
    "server": "The provider's own log says more; try again later.",
    "memory": "Use a smaller model or a smaller context on the server.",
    "loading": "Wait until the server has loaded the model.",
    "request": "See the reason; LLM_EXTRA_BODY, LLM_TEMPERATURE, LLM_TOP_P and LLM_STOP add to "
    "requests.",
}
_PAGE_MEND: Final = "A web page answered: check {url}; it usually ends with /v1."
_REDIRECT_MEND: Final = "A redirect answered: set {url} to the address it leads to{where}."
_TOOL_MEND: Final = "Use a model without tools of its own, or switch them off at the server."
_REASONED_MEND: Final = (
    "Raise LLM_MAX_TOKENS, or switch the model's reasoning off, with LLM_EXTRA_BODY such as "
    '{"reasoning_effort": "none"}, {"think": false} or '
    '{"chat_template_kwargs": {"enable_thinking": false}}.'
)


@dataclass(frozen=True, slots=True)
class _Form:
    """How one class of refusals is worded."""

    kind: Kind
    codes: frozenset[str]
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Forms:
    """The content of ``data/failures.toml``."""

    classes: tuple[_Form, ...]
    bound_keys: re.Pattern[str]
    bounds: tuple[re.Pattern[str], ...]


class AnswerEnd(Protocol):
    """What is known of an answer that has ended."""

    @property
    def reasoned(self) -> bool:
        """Whether the model reasoned beside its text."""

    @property
    def called_tool(self) -> bool:
        """Whether it called a tool."""

    @property
    def was_cut(self) -> bool:
        """Whether the provider ended it for its length."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Describes the failures of one call: of whom, and what no description may repeat.

    ``secrets`` are the key and what else authorises; ``prompt`` is the text of the messages.
    """

    dialect: Dialect
    secrets: Sequence[str] = ()
    prompt: Sequence[str] = ()

    def refused(self, status: int, headers: Mapping[str, str], body: bytes) -> Failure:
        """Return the failure that an HTTP status of 300 or more means.

        ``headers`` must be case-insensitive.
        """
        report = read_report(body)
        if status in _REDIRECTS:
            mend = _REDIRECT_MEND.format(
                url=self.dialect.url_setting, where=_where(headers.get("location", ""))
            )
            message = f"{self.dialect.name} answers elsewhere ({status})."
            return Failure(ModelUnknown(message, reason=self._reason(report), mend=mend))
        return self._classified(report, status, headers)

    def reported(self, report: Report) -> Failure:
        """Describe an error that the provider reports in the body of an answer."""
        status = report.status or HTTPStatus.INTERNAL_SERVER_ERROR
        return self._classified(report, status, {})

    def unreachable(self) -> Failure:
        """Describe a connection that was refused or broke before the answer began."""
        return Failure(self._error("unreachable"), retryable=True)

    def connect_timeout(self) -> Failure:
        """Describe a connection that was not made in time."""
        message = f"{self.dialect.name} did not take the connection in time."
        return Failure(ModelTimeout(message, mend=self._mend("unreachable")), retryable=True)

    def timed_out(self) -> ModelTimeout:
        """Describe an answer that was incomplete at the deadline, or fell silent."""
        message = f"{self.dialect.name} did not answer in time."
        return ModelTimeout(message, mend=self._mend("time"))

    def interrupted(self, report: Report | None = None) -> ModelInterrupted:
        """Describe an answer that broke off after its first words."""
        message = f"{self.dialect.name} broke off in mid-answer."
        reason = self._reason(report) if report else ""
        return ModelInterrupted(message, reason=reason, mend=self._mend("server"))

    def filtered(self, reason: str = "") -> Failure:
        """Describe an answer that the provider's own policy held back."""
        message = f"{self.dialect.name} held the answer back on grounds of policy."
        told = self._reason(Report(text=reason))
        return Failure(ModelPolicyRefused(message, reason=told, mend=self._mend("policy")))

    def garbled(self, problem: str, *, mend: str = "", report: Report | None = None) -> Failure:
        """Describe an unusable answer; asking again would cost and hardly help."""
        reason = self._reason(report) if report else ""
        is_page = report is not None and report.is_page
        mend = _PAGE_MEND.format(url=self.dialect.url_setting) if is_page else mend
        return Failure(ModelGarbled(f"{self.dialect.name}: {problem}.", reason=reason, mend=mend))

    def empty(self, end: AnswerEnd) -> Failure:
        """Say why a complete answer holds no text.

        One that was cut before its first word was spent on reasoning, shown or not.
        """
        if end.called_tool:
            return self.garbled("it called a tool in place of an answer", mend=_TOOL_MEND)
        if end.reasoned or end.was_cut:
            return Failure(only_reasoned(self.dialect.name))
        return self.garbled("the answer is empty")

    def _classified(self, report: Report, status: int, headers: Mapping[str, str]) -> Failure:
        stated = wait_of(headers, report.body, limited=status in {425, 429, 503, 529})
        kind = _kind(report, status, is_wait_stated=stated is not None)
        if kind == "rate" and stated is None:
            stated = wait_of(headers, report.body, limited=True)
        error = self._error(kind, report=report, status=status, wait=stated)
        is_blamed = kind in _BLAMING and status in _BLAMING_STATUSES
        return Failure(error, kind in _RETRYABLE, stated, refusal=report if is_blamed else None)

    def _error(
        self,
        kind: Kind,
        *,
        report: Report | None = None,
        status: int | None = None,
        wait: float | None = None,
    ) -> ModelError:
        number = f" ({status})" if status else ""
        waits = f"; it asks to wait {_duration(wait)}" if wait and kind == "rate" else ""
        message = f"{self.dialect.name} {_TEXTS[kind]}{number}{waits}."
        reason = self._reason(report) if report else ""
        mend = self._mend(kind)
        if report and report.is_page and kind in {"name", "request"}:
            mend = _PAGE_MEND.format(url=self.dialect.url_setting)
        match kind:
            case "rate":
                return ModelRateLimited(message, retry_after=wait, reason=reason, mend=mend)
            case "context":
                limit = context_limit(report) if report else None
                return ModelContextExceeded(message, limit=limit, reason=reason, mend=mend)
            case "request":
                return ModelRefused(message, code=BAD_REQUEST, reason=reason, mend=mend)
        return _PLAIN_CLASSES[kind](message, reason=reason, mend=mend)

    def _mend(self, kind: Kind) -> str:
        row = self.dialect
        return _MENDS[kind].format(
            key=row.key_setting, model=row.model_setting, url=row.url_setting
        )

    def _reason(self, report: Report) -> str:
        return redact(report.text, secrets=self.secrets, prompt=self.prompt)


_PLAIN_CLASSES: Final[Mapping[Kind, type[ModelError]]] = {
    "key": ModelKeyRejected,
    "name": ModelUnknown,
    "quota": ModelQuotaSpent,
    "policy": ModelPolicyRefused,
    "unreachable": ModelUnreachable,
    "loading": ModelUnreachable,
    "time": ModelTimeout,
    "server": ModelError,
    "memory": ModelError,
}


def only_reasoned(provider: str) -> ModelOnlyReasoned:
    """Describe an answer that ended before the model said anything."""
    return ModelOnlyReasoned(f"{provider} reasoned and gave no answer.", mend=_REASONED_MEND)


def context_limit(report: Report) -> int | None:
    """Return the size of the context in tokens, where a refusal states it."""
    forms = _forms()
    texts = [(forms.bound_keys, report.body), *((words, report.text) for words in forms.bounds)]
    for pattern, text in texts:
        for match in pattern.finditer(text):
            number = int(re.sub(r"[,_.]", "", match["number"])) * (1024 if match["kilo"] else 1)
            if number in _CONTEXT_TOKENS:
                return number
    return None


def _kind(report: Report, status: int, *, is_wait_stated: bool) -> Kind:
    """Return the class of a refusal, by its codes, its words and its status."""
    for form in _forms().classes:
        by_code = not form.codes.isdisjoint(report.codes)
        if not by_code and not form.words.search(report.text):
            continue
        is_rate = is_wait_stated or not _rate_codes().isdisjoint(report.codes)
        if form.kind == "quota" and not by_code and is_rate:
            return "rate"  # what is free again in a minute is a rate, whatever its words
        return form.kind
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return "name"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _KIND_OF_STATUS.get(status, "server")
    return _KIND_OF_STATUS.get(status, "request")


@cache
def _forms() -> _Forms:
    data = read_table("synthetic_soul.llm", "failures")
    bounds = data.pop("bounds")
    keys = rf"(?i)\b(?:{'|'.join(bounds['keys'])})\W{{1,6}}{_NUMBER}"
    return _Forms(
        classes=tuple(
            _Form(_KINDS[name], frozenset(form["codes"]), any_of(form["words"]))
            for name, form in data.items()
        ),
        bound_keys=re.compile(keys),
        bounds=tuple(
            re.compile(f"(?i){words.replace('NUMBER', _NUMBER)}") for words in bounds["words"]
        ),
    )


@cache
def _rate_codes() -> frozenset[str]:
    return next(form.codes for form in _forms().classes if form.kind == "rate")


def _where(location: str) -> str:
    """Return the scheme and host of a redirect's target, without user, path and query."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host or not _HOST_NAME.fullmatch(host):
        return ""
    return f", at {parts.scheme}://{host}{f':{port}' if port else ''}"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
