"""The views of a profile: facts by topic, and subjects that are not mentioned."""

from typing import Literal

from pydantic import Field

from synthetic_soul.engine.views import View


class ProfileFact(View):
    """A fact as a profile shows it to the person whom it is about."""

    id: str
    topic: str
    value: str
    kind: Literal["said", "inferred"] = Field(
        description="said: told by you; inferred: found by reflection in what you said"
    )
    certain: bool = Field(description="false where only a weak sign told it")
    since: int = Field(description="when it was learned, in milliseconds since 1970")
    until: int | None = Field(description="when it ceased to hold; null while it holds")
    source: str | None = Field(description="id of the message, or note, that told it")
    used: int = Field(description="replies that had its words")
    last_used: int | None = Field(description="when the last of them was; null: never")
    hidden: bool = Field(description="true: the agent never mentions it")


class ProfileTopic(View):
    """What is known of one topic: what holds first, the newest first."""

    topic: str = Field(description="what the topics of its facts have in common", examples=["pet"])
    facts: list[ProfileFact]


class HiddenSubjectView(View):
    """A subject that the agent never mentions, as you called it."""

    id: str
    text: str
    since: int = Field(description="when you asked for it, in milliseconds since 1970")


class ProfileView(View):
    """What an agent knows of the person who asks, and what it does not mention."""

    topics: list[ProfileTopic]
    hidden_subjects: list[HiddenSubjectView]
