"""The front door: a thought for programs, the page for people."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import as_json, doors
from synthetic_soul.api.problems import problems
from synthetic_soul.api.static_files import Page
from synthetic_soul.engine.views import ThoughtView

INDEX = "index.html"
VARY = {"Vary": "Accept"}


def root(page: Page) -> APIRouter:
    """The routes that serve ``page`` and, at the same address, a thought."""
    router = APIRouter(tags=["root"])

    @router.get(
        "/",
        response_model=ThoughtView,
        responses={
            200: {"content": {"text/html": {"schema": {"type": "string"}}}},
            **problems(),
        },
    )
    async def thought(request: Request) -> Response:
        """A thought that anybody may see, as JSON; the page, to a browser."""
        if "text/html" in request.headers.get("accept", "") and INDEX in page:
            return page.serve(INDEX, request.headers.get("if-none-match", ""), VARY)
        return as_json(await doors(request).engine.random_thought(), headers=VARY)

    @router.get("/static/{path:path}", include_in_schema=False)
    async def static(request: Request, path: str) -> Response:
        """A file of the page."""
        return page.serve(f"static/{path}", request.headers.get("if-none-match", ""))

    return router
