"""Schemas of requests and responses, besides the views of the engine."""

import re
from difflib import get_close_matches
from typing import Annotated, Literal

from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from synthetic_soul.api.dependencies import MAX_ID_CHARS, json_response
from synthetic_soul.api.legacy_views import LegacyConversation
from synthetic_soul.api.problems import Clipped, ProblemPlace
from synthetic_soul.engine.memory.access import MAX_NOTE_CHARS
from synthetic_soul.engine.turn.first_message import ANY
from synthetic_soul.engine.views import AgentView, FactView, JobView, LineView, MemoryView, Status
from synthetic_soul.nlu.mention_wishes import MAX_SUBJECT_CHARS
from synthetic_soul.nlu.text.sentences import MAX_MESSAGE_CHARS, is_blank


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("leave out the character NUL")
    return text


NoNul = Annotated[
    str, AfterValidator(_without_nul), Field(json_schema_extra={"pattern": r"^[^\x00]*$"})
]


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("write something that can be seen")
    return text


ConversationType = Literal["dm", "group"]
MAX_OPENING = 999
Text = Annotated[NoNul, Field(min_length=1, max_length=MAX_MESSAGE_CHARS), AfterValidator(_visible)]
_FIELD_NAME = re.compile(r"[A-Za-z][\w.-]{0,39}", re.ASCII)


class Form(BaseModel):
    """The body of a request; a field that it does not have is refused: it may be misspelt."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _know_each_field(cls, body: object) -> object:
        known = list(cls.model_fields)
        unknown = (
            next((n for n in body if n not in known), None) if isinstance(body, dict) else None
        )
        if unknown is None:
            return body
        named = f'"{unknown}"' if _FIELD_NAME.fullmatch(str(unknown)) else "one of these names"
        near = get_close_matches(str(unknown).lower(), known, 1)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        raise ValueError(f"there is no field {named}{hint} (the fields are {', '.join(known)})")


class Ok(BaseModel):
    """Success."""

    ok: Literal[True] = True


class AccessToken(BaseModel):
    """An access token; the refresh token is set as a cookie."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"access_token": "eyJ…", "username": "guest_5f3a…", "expires_in": 900}]
        }
    )

    access_token: str = Field(description="send it as Authorization: Bearer")
    username: str
    expires_in: int = Field(description="seconds")


class TicketForm(Form):
    """The job whose events are to be streamed."""

    job_id: Annotated[NoNul, Field(min_length=1, max_length=MAX_ID_CHARS)]


class StreamTicket(BaseModel):
    """A ticket for one event stream."""

    ticket: str = Field(description="open /v1/jobs/{job_id}/events?ticket=…")
    expires_in: int = Field(description="seconds")


class Me(BaseModel):
    """The signed-in user."""

    user_id: str
    username: str
    sid: str = Field(description="id of the session")
    guest: bool = Field(description="true until the account is claimed")
    operator: bool = Field(description="whether this is the operator, who may add characters")


class LoginForm(Form):
    """Credentials to sign in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "me@example.com", "password": "secret123"}]}
    )

    email: Annotated[NoNul, Field(max_length=254)]
    password: Annotated[NoNul, Field(max_length=1024)]


class ClaimForm(Form):
    """Credentials that turn a guest's account into a permanent one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "me@example.com", "username": "alice", "password": "secret123"}]
        }
    )

    email: Annotated[NoNul, Field(max_length=254)]
    username: Annotated[NoNul, Field(max_length=64, description="3 to 32 letters, digits, _ . -")]
    password: Annotated[
        NoNul, Field(max_length=1024, description="8 to 256 characters, not a common one")
    ]


class Submission(Form):
    """A message to an agent: its text as ``message`` or ``content``."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["message"]}, {"required": ["content"]}],
            "examples": [
                {"message": "How are you feeling today?"},
                {"username": "alice", "content": "How are you feeling today?"},
            ],
        }
    )

    message: Text = ""
    content: Text = ""
    username: Annotated[
        str | None,
        Field(description="of older clients; ignored, since the access token says who is asking"),
    ] = None
    type: ConversationType = Field("dm", description="dm: to the agent alone; group: in the group")
    agent: Annotated[
        str | None,
        Field(max_length=MAX_ID_CHARS, description="an agent's id; the active one if absent"),
    ] = None
    time_zone: Annotated[
        str,
        Field(
            max_length=64,
            description="an IANA name, such as Europe/Zurich; decides which helplines are named, "
            "and what dates mean",
        ),
    ] = ""

    opening: Annotated[
        int,
        Field(
            ge=ANY,
            le=MAX_OPENING,
            description="with the first message: which of its openings the agent began with, from "
            "0; -1: one drawn for this conversation",
        ),
    ] = 0

    @model_validator(mode="after")
    def _has_text(self) -> "Submission":
        if not self.text:
            raise ValueError(f"write message (or content) with 1 to {MAX_MESSAGE_CHARS} characters")
        return self

    @property
    def text(self) -> str:
        """The text, from whichever field has it."""
        return self.message or self.content


class Accepted(BaseModel):
    """A message that is stored and will be answered."""

    job_id: str = Field(description="poll it at /v1/jobs/{job_id}")
    status: Status


class Conversation(BaseModel):
    """Lines of a conversation, oldest first."""

    messages: list[LineView]
    before: str | None = Field(
        default=None, description="pass it to get the lines before; absent at the beginning"
    )
    conversation: LegacyConversation = Field(
        description="the same lines for clients of the first API"
    )


class Agents(BaseModel):
    """All agents."""

    agents: list[AgentView]


class ReportNote(BaseModel):
    """What became of one part of an imported file."""

    model_config = ConfigDict(from_attributes=True)

    path: Clipped = Field(description="path in the file; empty if it was not there")
    became: Clipped = Field(description="path in the soul; empty if it is not there")
    message: Clipped
    rule: str = ""


class ReportView(BaseModel):
    """The import report of a file, by fate; the first 200 notes of each."""

    kept: list[ReportNote] = []
    changed: list[ReportNote] = []
    defaulted: list[ReportNote] = []
    dropped: list[ReportNote] = []


class CreatedAgent(BaseModel):
    """An agent made from an uploaded soul, and the import report."""

    agent: AgentView
    format: str = Field(description="the format of the file", examples=["card-png"])
    report: ReportView
    problems: list[ProblemPlace] = Field(description="what was repaired on reading")


class TrustForm(Form):
    """Whether the instructions of a soul's author are applied."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"applied": True}]})

    applied: StrictBool
    digest: str | None = Field(
        default=None,
        description="of the soul whose instructions were read; refused if it is another",
    )


class Memories(BaseModel):
    """What an agent remembers about you."""

    memories: list[FactView] = Field(
        description="facts that you told of yourself, oldest first; on the first page alone"
    )
    past: list[FactView] = Field(
        default=[],
        exclude_if=lambda past: not past,
        description="facts that no longer hold, with `until`; on the first page alone, if any",
    )
    kept: list[MemoryView] = Field(
        default=[], description="what it keeps of your talk, and your notes"
    )
    next: str | None = Field(
        default=None, description="before of the next page; null: there is none"
    )


class NoteForm(Form):
    """Something about you."""

    text: Annotated[NoNul, Field(min_length=1, max_length=MAX_NOTE_CHARS), AfterValidator(_visible)]


class ChangeForm(Form):
    """What is right of a fact or memory, or whether a fact is hidden: one of the two."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Robyn"}, {"hidden": True}]})

    text: Annotated[
        NoNul | None,
        Field(min_length=1, max_length=MAX_NOTE_CHARS, description="in the place of what is there"),
        AfterValidator(lambda text: text if text is None else _visible(text)),
    ] = None
    hidden: Annotated[
        StrictBool | None, Field(description="of a fact: whether the agent never mentions it")
    ] = None

    @model_validator(mode="after")
    def _has_one(self) -> "ChangeForm":
        if (self.text is None) is (self.hidden is None):
            raise ValueError("write text or hidden, and not both")
        return self


class SubjectForm(Form):
    """A subject that is not to be mentioned, as you call it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "my job"}]})

    text: Annotated[
        NoNul, Field(min_length=1, max_length=MAX_SUBJECT_CHARS), AfterValidator(_visible)
    ]


class Sources(BaseModel):
    """The lines that something remembered rests on, oldest first; gone ones are left out."""

    lines: list[LineView]


class Corrected(BaseModel):
    """What stands in the place of a fact (memory) or of a memory (kept)."""

    memory: FactView | None = None
    kept: MemoryView | None = None


class Pong(BaseModel):
    """The server responds."""

    ping: Literal["pong"] = "pong"


class Version(BaseModel):
    """The version of the server."""

    version: str
    api: Literal["v1"] = "v1"


class ModelState(BaseModel):
    """Whether the latest call of the model succeeded; if not, why, and what the operator can do."""

    status: str = Field(description="ok or failing")
    code: str = Field("", description="the class of the failure, such as model_key")
    reason: str = Field("", description="the provider's own reason, without secrets")
    mend: str = Field("", description="what the operator can do")
    since: int | None = Field(None, description="milliseconds since 1970 of the first failure")


class Health(BaseModel):
    """Health of the server; ``status`` is ok, degraded or down."""

    model_config = ConfigDict(extra="allow")

    status: str
    store: str = Field(
        default="", description="ok, or away, full, read_only or not_writable: see reason"
    )
    jobs: str = ""
    voice: str = ""
    model: ModelState | None = None
    reason: str | None = Field(default=None, description="why the store is not ok")
    lost: str | None = Field(
        default=None, description="acknowledged entries that a damaged disk has taken away"
    )


class Queue(BaseModel):
    """How many conversations wait for a reply, and how many are being answered."""

    model_config = ConfigDict(extra="allow")

    waiting: int
    running: int


def accepted(view: JobView) -> Response:
    """Return 202 with the location of the job."""
    return json_response(
        Accepted(job_id=view.job_id, status=view.status),
        status=202,
        headers={"Location": f"/v1/jobs/{view.job_id}", "Retry-After": "1"},
    )
