"""What an agent remembers about the caller: read, search, add, correct, have forgotten."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import (
    MAX_ID_CHARS,
    READ_SLOT,
    CurrentUser,
    app_state,
    json_response,
    valid_id,
)
from synthetic_soul.api.problems import BODY_STATUSES, problems
from synthetic_soul.api.schemas import (
    ChangeForm,
    Corrected,
    Memories,
    NoteForm,
    Ok,
    Sources,
    SubjectForm,
)
from synthetic_soul.engine.memory.access import PageAsked
from synthetic_soul.engine.memory.profile import HiddenSubjectView, ProfileView
from synthetic_soul.engine.views import FactView, MemoryView

router = APIRouter(prefix="/v1/agents", tags=["agents"])

MAX_SEARCH_CHARS = 200
Search = Annotated[
    str, Query(max_length=MAX_SEARCH_CHARS, description="words; the best fitting come first")
]
ProfileSearch = Annotated[
    str, Query(max_length=MAX_SEARCH_CHARS, description="words; facts that have one of them")
]
LATEST = 10**15  # milliseconds
Moment = Annotated[
    int | None, Query(ge=0, le=LATEST, description="milliseconds since 1970; since <= t < until")
]


@router.get(
    "/{agent_id}/memories",
    response_model=Memories,
    dependencies=[READ_SLOT],
    responses=problems(401, 404, 422, 429),
)
async def memories(
    request: Request,
    user: CurrentUser,
    agent_id: str,
    *,
    search: Search = "",
    limit: Annotated[int, Query(ge=1, le=100, description="maximum number of kept")] = 50,
    before: Annotated[
        str | None,
        Query(max_length=MAX_ID_CHARS, description="next of the page before: what comes after it"),
    ] = None,
    since: Moment = None,
    until: Moment = None,
) -> Response:
    """List what an agent remembers about you: facts, and what it keeps, the newest first."""
    engine, agent = app_state(request).engine, valid_id(agent_id)
    asked = PageAsked(search, limit, before, since, until)
    page = await engine.memories(user.user_id, agent, asked)
    if before is not None:
        return json_response(Memories(memories=[], kept=page.kept, next=page.next))
    facts = await engine.facts(user.user_id, agent)
    past = await engine.facts(user.user_id, agent, past=True)
    return json_response(Memories(memories=facts, past=past, kept=page.kept, next=page.next))


@router.post(
    "/{agent_id}/memories",
    status_code=201,
    response_model=MemoryView,
    responses=problems(401, 404, *BODY_STATUSES, 429, 507),
)
async def remember(request: Request, user: CurrentUser, agent_id: str, form: NoteForm) -> Response:
    """Have something about you remembered; facts in it are learned, too."""
    state = app_state(request)
    await state.rate_limits.submit.hit(user.user_id)
    view = await state.engine.remember(user.user_id, form.text, valid_id(agent_id))
    return json_response(view, 201)


@router.patch(
    "/{agent_id}/memories/{fact_id}",
    response_model=Corrected,
    responses=problems(401, 404, *BODY_STATUSES, 429, 507),
)
async def correct(
    request: Request, user: CurrentUser, agent_id: str, fact_id: str, form: ChangeForm
) -> Response:
    """Correct a fact about you, or replace a memory by your own words; hide a fact, or show it.

    What was corrected has a new id then. The old words of a memory are erased. A hidden fact is
    never mentioned, and stays known.
    """
    state, fact, agent = app_state(request), valid_id(fact_id), valid_id(agent_id)
    await state.rate_limits.submit.hit(user.user_id)
    if form.hidden is not None:
        shown = await state.engine.set_hidden(user.user_id, fact, agent, hidden=form.hidden)
        memory = FactView.model_validate(shown.model_dump(include={*FactView.model_fields}))
        return json_response(Corrected(memory=memory))
    view = await state.engine.correct(user.user_id, fact, form.text or "", agent)
    corrected = Corrected(memory=view) if isinstance(view, FactView) else Corrected(kept=view)
    return json_response(corrected)


@router.get(
    "/{agent_id}/memories/{fact_id}/sources",
    response_model=Sources,
    dependencies=[READ_SLOT],
    responses=problems(401, 404, 422, 429),
)
async def sources(request: Request, user: CurrentUser, agent_id: str, fact_id: str) -> Response:
    """List the lines that a fact or a memory about you rests on."""
    engine = app_state(request).engine
    lines = await engine.sources(user.user_id, valid_id(fact_id), valid_id(agent_id))
    return json_response(Sources(lines=lines))


@router.get(
    "/{agent_id}/profile",
    response_model=ProfileView,
    dependencies=[READ_SLOT],
    responses=problems(401, 404, 422, 429),
)
async def profile(
    request: Request, user: CurrentUser, agent_id: str, *, search: ProfileSearch = ""
) -> Response:
    """List what an agent knows of you by topic, hidden facts among it, and hidden subjects."""
    engine = app_state(request).engine
    return json_response(await engine.profile(user.user_id, valid_id(agent_id), search))


@router.post(
    "/{agent_id}/profile/hidden_subjects",
    status_code=201,
    response_model=HiddenSubjectView,
    responses=problems(401, 404, *BODY_STATUSES, 429, 507),
)
async def hide_subject(
    request: Request, user: CurrentUser, agent_id: str, form: SubjectForm
) -> Response:
    """Have a subject never mentioned to you, with all that is known and will be told of it."""
    state = app_state(request)
    await state.rate_limits.submit.hit(user.user_id)
    view = await state.engine.hide_subject(user.user_id, form.text, valid_id(agent_id))
    return json_response(view, 201)


@router.delete(
    "/{agent_id}/profile/hidden_subjects/{subject_id}",
    response_model=Ok,
    responses=problems(401, 404, *BODY_STATUSES, 507),
)
async def show_subject(
    request: Request, user: CurrentUser, agent_id: str, subject_id: str
) -> Response:
    """Let a hidden subject be mentioned again, with the facts that it hid."""
    engine = app_state(request).engine
    await engine.show_subject(user.user_id, valid_id(subject_id), valid_id(agent_id))
    return json_response(Ok())


@router.delete(
    "/{agent_id}/memories/{fact_id}",
    response_model=Ok,
    responses=problems(401, 404, *BODY_STATUSES, 507),
)
async def forget(request: Request, user: CurrentUser, agent_id: str, fact_id: str) -> Response:
    """Make an agent forget a fact or a memory about you, and erase its words."""
    await app_state(request).engine.forget(user.user_id, valid_id(fact_id), valid_id(agent_id))
    return json_response(Ok())
