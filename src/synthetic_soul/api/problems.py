"""The one shape in which the API says that something went wrong.

``{"error": {"code", "message", "request_id"}}``: the code is for programs and stable, the
message for people. What was sent is never repeated, neither to the sender nor to the log.
"""

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from synthetic_soul.errors import InvalidInput, SoulError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

log = structlog.get_logger()

REASONS = 3  # faults named in one message


class ProblemPlace(BaseModel):
    """One thing that is wrong with a file that was sent, or that reading it mended."""

    path: str = Field(description="where it stands", examples=["personality.core_traits[2]"])
    line: int = Field(ge=1)
    column: int = Field(ge=1, description="in characters")
    code: str = Field(description="stable, for programs", examples=["missing"])
    severity: Literal["error", "warning"]
    message: str = Field(description="what is wrong; without what was written there")
    mend: str = Field(description="what to do")


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="stable, for programs", examples=["not_found"])
    message: str = Field(description="for people", examples=["no such job"])
    request_id: str = Field(description="also in X-Request-ID; quote it when asking for help")
    problems: list[ProblemPlace] | None = Field(
        default=None, description="where a file is wrong; only with code not_a_soul"
    )


class Problem(BaseModel):
    """The envelope of every error."""

    error: ErrorBody


class Unsupported(InvalidInput):
    """The body is of a type that is not taken, or is packed."""

    code = "unsupported_media_type"
    status = 415


class NotASoul(InvalidInput):
    """What was sent is no soul in any format; ``problems`` say why."""

    code = "not_a_soul"

    def __init__(self, message: str, problems: "Sequence[ProblemPlace]" = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class TooSlow(SoulError):
    """The body did not arrive in time."""

    code = "request_timeout"
    status = 408


class Gone(Exception):
    """The client left before its body was complete; nobody is there to be answered."""


class Broken(SoulError):
    """Something that should not have happened; the log knows more."""

    code = "internal"
    status = 500


MEANINGS = {
    401: "No valid credential, or its session is over",
    403: "The request comes from a foreign page, its CSRF value is missing, or you may not do this",
    404: "No such thing, or not yours: the two are never told apart",
    408: "The body did not arrive in time",
    409: "It contradicts what is already there",
    413: "The body is longer than 64 KiB, or a file is longer than 8 MiB",
    415: "The body is not JSON, or a file is of a type that is not taken",
    422: "Something sent cannot be taken; the message names it and what would do",
    429: "A rate limit was reached; Retry-After says in how many seconds to come back",
    500: "A fault of ours; the log has it under the request id",
    503: "Storage is away for now",
    507: "No space is left; nothing was acknowledged",
}
BODY = (408, 413, 415, 422)
ALWAYS = (500, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may fail with these, and with 500 and 503."""
    return {
        status: {"model": Problem, "description": MEANINGS[status]}
        for status in sorted({*statuses, *ALWAYS})
    }


def answer(
    error: SoulError, request_id: str, *, extra: "Mapping[str, str] | None" = None
) -> Response:
    """The response that tells of an error."""
    body = ErrorBody(
        code=error.code,
        message=error.message,
        request_id=request_id,
        problems=error.problems if isinstance(error, NotASoul) else None,
    )
    headers = dict(extra or {})
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        Problem(error=body).model_dump_json(exclude_none=True),
        status_code=error.status,
        headers=headers,
        media_type="application/json",
    )


def broken(error: Exception, request_id: str) -> Response:
    """A 500 without detail; the log gets the kind of error and where, but nobody's words."""
    log.error("request_failed", request_id=request_id, error=type(error).__name__, at=_place(error))
    return answer(
        Broken("something went wrong here; it has been noted under the request id"), request_id
    )


async def served(serving: "Awaitable[None]", request_id: str) -> Response | None:
    """Let a request be served; gives the response that tells of an error nobody else took."""
    try:
        await serving
    except Gone:
        return None
    except SoulError as error:
        return answer(error, request_id)
    except Exception as error:  # noqa: BLE001 - the API's translator, the only one
        return broken(error, request_id)
    return None


def install(app: FastAPI) -> None:
    """Let every error raised in a route leave in the envelope."""
    app.add_exception_handler(SoulError, _soul_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


async def _soul_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SoulError)  # noqa: S101 - as registered above
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return broken(error, request.state.request_id)
    return answer(error, request.state.request_id)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as registered above
    said = "; ".join(dict.fromkeys(_fault(fault) for fault in error.errors()[:REASONS]))
    return answer(InvalidInput(said), request.state.request_id)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered above
    status = HTTPStatus(error.status_code)
    said = SoulError(status.phrase.lower(), code=status.name.lower())
    said.status = error.status_code
    return answer(said, request.state.request_id, extra=error.headers)


def _fault(fault: "Mapping[str, Any]") -> str:
    """``field: what would be right``, without the value."""
    where: Sequence[object] = fault["loc"]
    name = ".".join(str(part) for part in where[1:]) or str(where[0])
    return f"{name}: {str(fault['msg']).removeprefix('Value error, ')}"


def _place(error: Exception) -> list[str]:
    """File, line and function of the innermost frames; no values."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]
