"""The events of an agent's journal: facts in the past tense.

Every text that somebody may want erased is ``Words``: the event itself holds only a salted
digest, so that removing the text later breaks neither the hash chain nor the replay. Numbers
are never derived from words on replay; they were recorded when the words were interpreted.

A class added here needs a ``case`` in ``reduce.py``; the type checker finds a missing one.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

Level = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class Frozen(BaseModel):
    """An immutable value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Frozen):
    """A text that can be erased apart from its event.

    ``owner`` is the person whose erasure removes it ("" for the agent's own). ``digest`` is the
    SHA-256 of salt and text in hex; ``salt`` (hex) and ``text`` are None once erased.
    """

    digest: str
    owner: str
    salt: str | None = None
    text: str | None = None

    @classmethod
    def seal(cls, text: str, *, owner: str, salt: bytes) -> Words:
        """Return words whose digest commits to ``text`` under ``salt`` (16 random bytes)."""
        return cls(digest=digest(text, salt), owner=owner, salt=salt.hex(), text=text)

    def genuine(self) -> bool:
        """Return whether the text is erased or the one that the digest commits to."""
        if self.text is None or self.salt is None:
            return self.text is None and self.salt is None
        return digest(self.text, bytes.fromhex(self.salt)) == self.digest


def digest(text: str, salt: bytes) -> str:
    """Return the SHA-256 over salt and UTF-8 text, in hex."""
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).hexdigest()


class Impulse(Frozen):
    """A request to move one dimension by ``amount``, -1..1.

    ``cause`` is a short snake_case word ("insult", "bad_news:death"); it quotes nobody.
    """

    dimension: str
    amount: Level
    cause: str


class SoulAdopted(Frozen):
    """The agent was born, or its author gave it a new version of its soul.

    ``soul`` is the document itself (data). ``traits`` holds the rich personality, -1..1, that
    was derived from it then, so that a later derivation never changes a replay. ``given`` says
    that the soul was uploaded: it stands in no file, the journal alone holds it. ``trusted``: the
    operator wants its author's instructions applied.
    """

    kind: Literal["soul_adopted"] = "soul_adopted"
    name: str
    digest: str
    soul: dict[str, object]
    traits: dict[str, Level]
    given: bool = Field(default=False, exclude_if=lambda given: not given)
    trusted: bool = Field(default=False, exclude_if=lambda trusted: not trusted)


class MessageHeard(Frozen):
    """A person said something and awaits an outcome. ``id`` is also the job's id.

    ``country`` is where the person's client said that they are (ISO 3166, two letters): it decides
    which helplines are named. ``time_zone`` (IANA) is what its clock shows: in it dates are read.
    """

    kind: Literal["message_heard"] = "message_heard"
    id: str
    conversation: str
    person: str
    group: bool = False
    words: Words
    key: str | None = None
    country: str = Field(default="", exclude_if=lambda country: not country)
    time_zone: str = Field(default="", exclude_if=lambda zone: not zone)


class ConversationOpened(Frozen):
    """The agent spoke first in a conversation, which began with the message after it.

    ``person`` is who began it.
    """

    kind: Literal["conversation_opened"] = "conversation_opened"
    id: str
    conversation: str
    person: str
    words: Words


class MessageRetried(Frozen):
    """A message whose turn had failed waits again; ``attempt`` counts from 1."""

    kind: Literal["message_retried"] = "message_retried"
    id: str
    conversation: str
    person: str
    attempt: int


class Felt(Frozen):
    """The agent's emotions were moved; ``person`` caused it, ``by`` is the message."""

    kind: Literal["felt"] = "felt"
    person: str | None = None
    by: str | None = None
    impulses: tuple[Impulse, ...]


class SentimentsMoved(Frozen):
    """The agent's sentiments towards one person were moved; ``by`` is the message."""

    kind: Literal["sentiments_moved"] = "sentiments_moved"
    person: str
    by: str | None = None
    impulses: tuple[Impulse, ...]


class TraitsMoved(Frozen):
    """The expression of traits was moved; the soul's own values never are."""

    kind: Literal["traits_moved"] = "traits_moved"
    by: str | None = None
    impulses: tuple[Impulse, ...]


class FactLearned(Frozen):
    """A person told something in ``conversation``; it may replace older facts.

    ``ends`` names those that held until now and stay as history. It is not ``certain`` where only
    a weak sign told it. ``when`` is the date that it is due, as ``DueDate.dump`` writes it. It is
    ``inferred`` where reflection found it in what they said, and ``hearsay`` where another person,
    who owns its words, said it in a group that both are in.
    """

    kind: Literal["fact_learned"] = "fact_learned"
    id: str
    person: str
    conversation: str
    topic: str
    value: Words
    by: str | None = None
    replaces: tuple[str, ...] = ()
    ends: tuple[str, ...] = Field(default=(), exclude_if=lambda ids: not ids)
    certain: bool = Field(default=True, exclude_if=lambda certain: certain)
    when: Words | None = Field(default=None, exclude_if=lambda when: when is None)
    inferred: bool = Field(default=False, exclude_if=lambda inferred: not inferred)
    hearsay: bool = Field(default=False, exclude_if=lambda hearsay: not hearsay)


class FactForgotten(Frozen):
    """A fact was forgotten; ``cause`` is asked or retracted.

    ``conversation`` is where it had been told. ``hidden`` names the lines that told it, which
    recall never returns again (only where the person asked to forget), and fragments. Lines that
    told no fact are hidden under a fresh ``id``, which belongs to no fact. ``kept``: what was
    retracted held until now and stays as history. The ``id`` of a ``SubjectHidden`` takes it back,
    words included.
    """

    kind: Literal["fact_forgotten"] = "fact_forgotten"
    id: str
    person: str
    conversation: str
    cause: str
    hidden: tuple[str, ...] = ()
    kept: bool = Field(default=False, exclude_if=lambda kept: not kept)


class SubjectHidden(Frozen):
    """A person asked that ``facts`` (ids), or a subject, not be mentioned; both stay known.

    ``subject`` is what they called it ("my job"): what is told of it later is not mentioned either.
    """

    kind: Literal["subject_hidden"] = "subject_hidden"
    id: str
    person: str
    conversation: str
    facts: tuple[str, ...] = ()
    subject: Words | None = Field(default=None, exclude_if=lambda subject: subject is None)


class SubjectShown(Frozen):
    """A person allowed that ``facts``, and what hidden ``subjects`` mean (ids), be mentioned."""

    kind: Literal["subject_shown"] = "subject_shown"
    person: str
    conversation: str
    facts: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class Answered(Frozen):
    """One message that an outcome settles, with the attempt it settles."""

    message: str
    attempt: int = 0

    @property
    def ticket(self) -> str:
        """Return the key under which at most one outcome is ever recorded."""
        return f"{self.message}#{self.attempt}"


class Outcome(Frozen):
    """The common part of outcomes: the messages that it settles, and their conversation.

    ``epoch`` is the fencing token of the turn that recorded it.
    """

    conversation: str
    answers: tuple[Answered, ...]
    epoch: int = 0


class PartTold(Frozen):
    """How many tokens of a part of the soul ("examples") a prompt had room for, of how many."""

    part: str
    told: int
    whole: int


class LoreTold(Frozen):
    """A memory of the soul that came to mind: ``why`` in a word, and the author's ``key``.

    The key was found ``back`` lines before the newest. ``digest`` is that of its text, where it
    says the same in any conversation.
    """

    id: str
    why: str
    key: str = ""
    back: int | None = None
    digest: str = Field(default="", exclude_if=lambda digest: not digest)


class ItemTold(Frozen):
    """One thing that the brief held; fields as in ``synthetic_soul.voices.base.Told``."""

    kind: str
    id: str
    reason: str
    left_out: str = Field(default="", exclude_if=lambda why: not why)


class ReplySpoken(Outcome):
    """The agent replied; ``recalled`` names messages, facts and memories in its brief.

    ``sources`` are the persons besides ``person`` of whose lines, in a group, it was made.
    ``left_out`` are the parts of the soul that were not told whole. ``raised`` names the facts that
    are due, or were, and that the agent was to speak of of its own accord. ``lore`` came to mind,
    and ``fired_lore`` records when lore with times did (see ``soulscript.lore.Fired``);
    ``lore_texts`` are its texts, as a JSON object, where names, time or chance were filled in: of
    what was told, as far as they are kept.
    ``told`` are the items of the brief that the voice told, or had no room for. ``said`` is the
    number of lines up to this one. ``used`` names the facts whose words are in the reply.
    """

    kind: Literal["reply_spoken"] = "reply_spoken"
    id: str
    person: str
    words: Words
    expression: str
    took: int = 0
    voice: str = "composer"
    recalled: tuple[str, ...] = ()
    sources: tuple[str, ...] = Field(default=(), exclude_if=lambda persons: not persons)
    said: int = Field(default=0, exclude_if=lambda said: not said)
    lore: tuple[LoreTold, ...] = Field(default=(), exclude_if=lambda lore: not lore)
    fired_lore: dict[str, JsonValue] = Field(default={}, exclude_if=lambda fired: not fired)
    left_out: tuple[PartTold, ...] = Field(default=(), exclude_if=lambda parts: not parts)
    raised: tuple[str, ...] = Field(default=(), exclude_if=lambda facts: not facts)
    told: tuple[ItemTold, ...] = Field(default=(), exclude_if=lambda items: not items)
    lore_texts: Words | None = Field(default=None, exclude_if=lambda texts: texts is None)
    used: tuple[str, ...] = Field(default=(), exclude_if=lambda facts: not facts)
    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0


class SilenceKept(Outcome):
    """The agent chose not to answer; ``reason`` is a short word ("not_addressed")."""

    kind: Literal["silence_kept"] = "silence_kept"
    reason: str


class TurnFailed(Outcome):
    """No reply could be made; ``code`` is the error's. The person may retry."""

    kind: Literal["turn_failed"] = "turn_failed"
    code: str
    calls: int = 0


class ThoughtHad(Frozen):
    """The agent had a thought; ``audience`` is the only person it may be shown to (None: all).

    ``sources`` are the ids of the messages and fragments in ``conversation`` that it began from.
    """

    kind: Literal["thought_had"] = "thought_had"
    id: str
    words: Words
    vibe: str
    audience: str | None = None
    voice: str = "composer"
    calls: int = 0
    conversation: str = Field(default="", exclude_if=lambda conversation: not conversation)
    sources: tuple[str, ...] = Field(default=(), exclude_if=lambda sources: not sources)


class FragmentKept(Frozen):
    """An observation or reflection was kept about a stretch of a conversation, or a memory.

    ``sources`` are the ids of the messages that it rests on. A memory is what fragments, its
    ``parts``, were consolidated into; it replaces an earlier one of its ``id``. A memory without
    parts is a note that the person left; it rests on itself. ``trait`` is the trait of the agent
    through which it was seen.
    """

    kind: Literal["fragment_kept"] = "fragment_kept"
    id: str
    conversation: str
    person: str
    type: Literal["observation", "reflection", "memory"]
    words: Words
    importance: Level
    valence: Level
    sources: tuple[str, ...] = ()
    parts: tuple[str, ...] = Field(default=(), exclude_if=lambda parts: not parts)
    trait: str = Field(default="", exclude_if=lambda trait: not trait)


class ReferralGiven(Frozen):
    """A person who may be in danger was told where help is; ``by`` is their message."""

    kind: Literal["referral_given"] = "referral_given"
    person: str
    by: str


class Reflected(Frozen):
    """A stretch of a conversation, up to the message ``upto``, was reflected upon."""

    kind: Literal["reflected"] = "reflected"
    conversation: str
    person: str
    upto: str
    calls: int = 0
    prompt_tokens: int = 0
    reply_tokens: int = 0


class PersonErased(Frozen):
    """A person was erased: their words are removed from this journal, the numbers stay."""

    kind: Literal["person_erased"] = "person_erased"
    person: str


Event = Annotated[
    SoulAdopted
    | MessageHeard
    | ConversationOpened
    | MessageRetried
    | Felt
    | SentimentsMoved
    | TraitsMoved
    | FactLearned
    | FactForgotten
    | SubjectHidden
    | SubjectShown
    | ReplySpoken
    | SilenceKept
    | TurnFailed
    | ThoughtHad
    | FragmentKept
    | ReferralGiven
    | Reflected
    | PersonErased,
    Field(discriminator="kind"),
]
