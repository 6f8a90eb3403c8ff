"""The shapes that requests and answers have, where the engine's views do not say it already."""

from typing import Annotated, Literal

from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from synthetic_soul.api.dependencies import as_json
from synthetic_soul.api.problems import ProblemPlace
from synthetic_soul.engine.views import AgentView, FactView, JobView, LineView, Status


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("leave out the character NUL")
    return text


Plain = Annotated[
    str, AfterValidator(_without_nul), Field(json_schema_extra={"pattern": r"^[^\x00]*$"})
]
Talk = Literal["dm", "group"]
Text = Annotated[Plain, Field(min_length=1, max_length=4000)]


class Ok(BaseModel):
    """It is done."""

    ok: Literal[True] = True


class Granted(BaseModel):
    """A token to ask with; the refresh token comes as a cookie."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"access_token": "eyJ…", "username": "guest_5f3a…", "expires_in": 900}]
        }
    )

    access_token: str = Field(description="send it as Authorization: Bearer")
    username: str
    expires_in: int = Field(description="seconds")


class Me(BaseModel):
    """Who is asking."""

    user_id: str
    username: str
    sid: str = Field(description="the session")
    guest: bool = Field(description="true until the account is claimed")


class LoginForm(BaseModel):
    """What one signs in with."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "me@example.com", "password": "secret123"}]}
    )

    email: Annotated[Plain, Field(max_length=254)]
    password: Annotated[Plain, Field(max_length=1024)]


class ClaimForm(BaseModel):
    """What makes a guest's account somebody's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "me@example.com", "username": "alice", "password": "secret123"}]
        }
    )

    email: Annotated[Plain, Field(max_length=254)]
    username: Annotated[Plain, Field(max_length=64, description="3 to 32 letters, digits, _ . -")]
    password: Annotated[
        Plain,
        Field(max_length=1024, description="8 to 256 characters, not a common one"),
    ]


class Submission(BaseModel):
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
    type: Talk = Field("dm", description="said to the agent alone, or in the group")
    agent: Annotated[
        str | None, Field(max_length=128, description="an agent's id; the active one if absent")
    ] = None

    @model_validator(mode="after")
    def _says_something(self) -> "Submission":
        if not self.text:
            raise ValueError("write message (or content) with 1 to 4000 characters")
        return self

    @property
    def text(self) -> str:
        """What was said."""
        return self.message or self.content


class Accepted(BaseModel):
    """A message that is on disk and will be answered."""

    job_id: str = Field(description="ask for it at /v1/jobs/{job_id}")
    status: Status


class Conversation(BaseModel):
    """Lines of a conversation, oldest first."""

    messages: list[LineView]
    before: str | None = Field(
        default=None, description="ask with this for the lines before; absent at the beginning"
    )


class Agents(BaseModel):
    """All agents."""

    agents: list[AgentView]


class ReportNote(BaseModel):
    """What became of one thing in a file that was read."""

    path: str = Field(description="where it stood; empty for what was not there")
    became: str = Field(description="where it stands now; empty for what is nowhere")
    message: str
    rule: str = ""


class ReportView(BaseModel):
    """What reading a file made of it; of each fate the first 200 notes."""

    kept: list[ReportNote] = []
    changed: list[ReportNote] = []
    defaulted: list[ReportNote] = []
    dropped: list[ReportNote] = []


class Given(BaseModel):
    """An agent that was born of the soul sent, and what reading it made of it."""

    agent: AgentView
    format: str = Field(description="the format that the soul came in", examples=["card-png"])
    report: ReportView
    problems: list[ProblemPlace] = Field(description="what was mended on the way")


class Memories(BaseModel):
    """What an agent remembers of the one who asks."""

    memories: list[FactView]


class Pong(BaseModel):
    """The server is there."""

    ping: Literal["pong"] = "pong"


class Version(BaseModel):
    """Which version answers."""

    version: str
    api: Literal["v1"] = "v1"


class Health(BaseModel):
    """How the server is; ``status`` is ok, degraded or down."""

    model_config = ConfigDict(extra="allow")

    status: str
    store: str = ""
    jobs: str = ""
    voice: str = ""


class Queue(BaseModel):
    """How much waits to be answered."""

    model_config = ConfigDict(extra="allow")

    waiting: int
    running: int


def accepted(view: JobView) -> Response:
    """202 with the place where the outcome will be."""
    return as_json(
        Accepted(job_id=view.job_id, status=view.status),
        status=202,
        headers={"Location": f"/v1/jobs/{view.job_id}", "Retry-After": "1"},
    )
