"""Error responses of the API: one shape, and the handlers that produce it.

``{"error": {"code", "message", "request_id"}}``: the code is for programs and stable, the
message for people. Request content is never repeated, neither to the sender nor in the log.
"""

import math
import traceback
from collections.abc import Awaitable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from synthetic_soul.errors import InvalidInput, SoulError, Unavailable
from synthetic_soul.stores.refusals import RefusalLog

log = structlog.get_logger()

MAX_FAULTS = 3  # named in one message
MAX_TEXT_CHARS = 400  # of one text of an uploaded file
MAX_FRAMES = 8  # of a traceback in the log


def clip(text: str) -> str:
    """Bound a text of an uploaded file, and make it encodable."""
    return text[:MAX_TEXT_CHARS].encode("utf-8", "replace").decode()


Clipped = Annotated[str, AfterValidator(clip)]


class ProblemPlace(BaseModel):
    """One fault of an uploaded file, fatal or repaired on reading."""

    model_config = ConfigDict(from_attributes=True)

    path: Clipped = Field(description="path of the field", examples=["personality.core_traits[2]"])
    line: int = Field(ge=1)
    column: int = Field(ge=1, description="in characters")
    code: str = Field(description="stable, for programs", examples=["missing"])
    severity: Literal["error", "warning"]
    message: Clipped = Field(description="what is wrong; does not quote the file")
    mend: Clipped = Field(description="what to do")


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="stable, for programs", examples=["not_found"])
    message: str = Field(description="for people", examples=["no such job"])
    request_id: str = Field(description="also in X-Request-ID; quote it when you ask for help")
    problems: list[ProblemPlace] | None = Field(
        default=None, description="where a file is wrong; only with code not_a_soul"
    )


class Problem(BaseModel):
    """The envelope of every error."""

    error: ErrorBody


class UnsupportedMediaType(InvalidInput):
    """The body is of an unsupported type, or compressed."""

    code = "unsupported_media_type"
    status = 415


class NotASoul(InvalidInput):
    """The uploaded file is no soul in any format; ``problems`` say why."""

    code = "not_a_soul"

    def __init__(self, message: str, problems: Sequence[ProblemPlace] = ()) -> None:
        super().__init__(message)
        self.problems = list(problems)


class MisdirectedRequest(SoulError):
    """The request names a host that is not this server."""

    code = "foreign_host"
    status = 421


class RequestTimeout(SoulError):
    """The body did not arrive in time."""

    code = "request_timeout"
    status = 408


class ClientDisconnected(Exception):
    """The client left before its body was complete; there is nobody to answer."""


class InternalError(SoulError):
    """A defect of the server; the log has the details."""

    code = "internal"
    status = 500


STATUS_DESCRIPTIONS = {
    401: "No valid credential, or its session is over",
    403: "The request comes from a foreign page, lacks the CSRF value, or is not allowed for you",
    404: "No such thing, or not yours: the response is the same",
    408: "The body did not arrive in time",
    409: "It conflicts with what already exists",
    413: "The body is longer than 64 KiB, or a file is longer than 8 MiB",
    415: "The body is not JSON, or a file is of an unsupported type",
    421: "The request names a host that is not this server",
    422: "The input is invalid; the message names the field and what is valid",
    429: "A rate limit was reached; retry after the seconds in Retry-After",
    500: "An internal error; the log has it under the request id",
    503: "Storage is unavailable for now",
    507: "No space is left on the device; nothing was stored",
}
BODY_STATUSES = (408, 413, 415, 422)
ALWAYS_POSSIBLE = (421, 500, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of a route that may fail with these statuses, 421, 500 and 503."""
    return {
        status: {"model": Problem, "description": STATUS_DESCRIPTIONS[status]}
        for status in sorted({*statuses, *ALWAYS_POSSIBLE})
    }


def error_response(
    error: SoulError, request_id: str, *, extra_headers: Mapping[str, str] | None = None
) -> Response:
    """Return the response for an error."""
    body = ErrorBody(
        code=error.code,
        message=error.message,
        request_id=request_id,
        problems=error.problems if isinstance(error, NotASoul) else None,
    )
    headers = dict(extra_headers or {})
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


def internal_error(error: Exception, request_id: str) -> Response:
    """Return a 500 without detail; log the type of the error and where, but no messages."""
    log.error(
        "request_failed", request_id=request_id, error=type(error).__name__, at=_traceback(error)
    )
    return error_response(
        InternalError("something went wrong here; it has been noted under the request id"),
        request_id,
    )


async def catch_errors(request: Awaitable[None], request_id: str) -> Response | None:
    """Await a request; return the response for an error that no other handler took."""
    try:
        await request
    except ClientDisconnected:
        return None
    except SoulError as error:
        return error_response(error, request_id)
    except Exception as error:  # noqa: BLE001 - the API's last handler, the only one
        return internal_error(error, request_id)
    return None


def install(app: FastAPI) -> None:
    """Register the handlers, so that every error of a route has this shape."""
    refusals = RefusalLog()

    async def soul_error(request: Request, error: Exception) -> Response:
        if isinstance(error, Unavailable):
            refusals.note(f"{request.method} {_template(request)}", error)
        return await _soul_error(request, error)

    app.add_exception_handler(SoulError, soul_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


def _template(request: Request) -> str:
    """Return the path of a request as its route has it, without ids."""
    return str(getattr(request.scope.get("route"), "path", "?"))


async def _soul_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SoulError)  # noqa: S101 - as registered above
    if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return internal_error(error, request.state.request_id)
    return error_response(error, request.state.request_id)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as registered above
    faults = dict.fromkeys(_fault(fault) for fault in error.errors()[:MAX_FAULTS])
    return error_response(InvalidInput("; ".join(faults)), request.state.request_id)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered above
    status = HTTPStatus(error.status_code)
    problem = SoulError(status.phrase.lower(), code=status.name.lower())
    problem.status = error.status_code
    return error_response(problem, request.state.request_id, extra_headers=error.headers)


def _fault(fault: Mapping[str, Any]) -> str:
    """Return ``field: what is wrong``, without the value."""
    location: Sequence[object] = fault["loc"]
    name = ".".join(str(part) for part in location[1:]) or str(location[0])
    return f"{name}: {str(fault['msg']).removeprefix('Value error, ')}"


def _traceback(error: Exception) -> list[str]:
    """Return file, line and function of the innermost frames; no values."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
