"""Every error this engine raises on purpose, one tree.

    SoulError
    ├── InvalidInput          422  what was sent cannot be taken; says where and what would do
    ├── Unauthenticated       401  no valid credential
    ├── Forbidden             403  a valid credential that may not do this
    ├── NotFound              404  no such thing, or not yours: the two are never told apart
    ├── Conflict              409  contradicts what is already there
    │   ├── AlreadyAnswered   409  another turn has recorded this message's outcome
    │   └── FenceBroken       409  the lease a write relied on has passed to another holder
    ├── TooLarge              413  longer than the documented limit
    ├── TooMany               429  a rate limit; carries retry_after
    ├── ModelError            502  a model failed; subclasses say how
    │   ├── ModelRateLimited  502  it asked us to slow down, beyond our retries
    │   ├── ModelTimeout      504  it did not answer before the deadline
    │   ├── ModelRefused      502  it rejected the request (key, model name, policy)
    │   └── ModelGarbled      502  its answer could not be used
    ├── Unavailable           503  storage or a broker is away for now
    │   └── StorageFull       507  nothing was acknowledged; reads still work
    ├── JournalBroken         500  the journal does not verify; names the first bad entry
    └── Misconfigured         500  a setting keeps the program from starting

``code`` is stable and meant for programs; the message is for people and never repeats a secret
or somebody's words.
"""


class SoulError(Exception):
    """The root: ``code`` (stable, snake_case), ``status`` (HTTP) and a message for people."""

    code = "internal"
    status = 500

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after
        if code is not None:
            self.code = code


class InvalidInput(SoulError):
    """What was sent cannot be taken."""

    code = "invalid_input"
    status = 422


class Unauthenticated(SoulError):
    """No valid credential came with the request."""

    code = "unauthenticated"
    status = 401


class Forbidden(SoulError):
    """The credential is valid but may not do this."""

    code = "forbidden"
    status = 403


class NotFound(SoulError):
    """No such thing, or somebody else's."""

    code = "not_found"
    status = 404


class Conflict(SoulError):
    """The request contradicts what is already there."""

    code = "conflict"
    status = 409


class AlreadyAnswered(Conflict):
    """Another turn has already recorded this message's outcome."""

    code = "already_answered"


class FenceBroken(Conflict):
    """The lease a write relied on has passed to another holder."""

    code = "fence_broken"


class TooLarge(SoulError):
    """Longer than the documented limit."""

    code = "too_large"
    status = 413


class TooMany(SoulError):
    """A rate limit was reached; ``retry_after`` is in seconds."""

    code = "too_many_requests"
    status = 429


class ModelError(SoulError):
    """A model did not give a usable answer."""

    code = "model_error"
    status = 502


class ModelRateLimited(ModelError):
    """The provider asked us to slow down, beyond our bounded retries."""

    code = "model_rate_limited"


class ModelTimeout(ModelError):
    """The provider did not answer before the deadline."""

    code = "model_timeout"
    status = 504


class ModelRefused(ModelError):
    """The provider rejected the request itself: key, model name or policy."""

    code = "model_refused"


class ModelGarbled(ModelError):
    """The provider's answer was empty, too long or not what was asked for."""

    code = "model_garbled"


class Unavailable(SoulError):
    """Storage or a broker cannot be reached for now."""

    code = "unavailable"
    status = 503


class StorageFull(Unavailable):
    """No space is left: nothing was acknowledged, reads still work."""

    code = "storage_full"
    status = 507


class JournalBroken(SoulError):
    """The journal does not verify; the message names the first bad entry."""

    code = "journal_broken"


class Misconfigured(SoulError):
    """A setting keeps the program from starting; the message says which and what would do."""

    code = "misconfigured"
