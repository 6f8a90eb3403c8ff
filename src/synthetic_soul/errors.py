"""Every error that the engine raises on purpose, as one tree.

    SoulError
    ├── InvalidInput          422  the input is invalid; the message says where and what is valid
    ├── Unauthenticated       401  no valid credential
    ├── Forbidden             403  a valid credential that may not do this
    ├── NotFound              404  does not exist, or is of another person; the two look alike
    ├── Conflict              409  contradicts the current state
    │   ├── AlreadyAnswered   409  another turn has recorded this message's outcome
    │   └── FenceBroken       409  the lease of a write has passed to another holder
    ├── TooLarge              413  longer than the documented limit
    ├── TooMany               429  a rate limit; carries retry_after
    ├── ModelError            502  a model failed; subclasses say how
    │   ├── ModelRateLimited  502  it limited our rate, also after our retries
    │   ├── ModelTimeout      504  it did not answer before the deadline
    │   ├── ModelUnreachable  502  there is no connection to it
    │   ├── ModelInterrupted  502  its answer broke off after the first words
    │   ├── ModelRefused      502  it rejected the request
    │   │   ├── ModelKeyRejected      its key
    │   │   ├── ModelUnknown          the model's name, or the address
    │   │   ├── ModelQuotaSpent       the account's quota or balance is used up
    │   │   ├── ModelPolicyRefused    on grounds of policy
    │   │   └── ModelContextExceeded  the prompt is longer than its context
    │   └── ModelGarbled      502  its answer could not be used
    │       └── ModelOnlyReasoned     it reasoned and said nothing
    ├── Unavailable           503  the store or a broker cannot be reached
    │   └── StorageFull       507  nothing was acknowledged; reads still work
    ├── JournalBroken         500  the journal does not verify; names the first bad entry
    └── Misconfigured         500  a setting prevents the program from starting

``code`` is stable and meant for programs; the message is for people and never repeats a secret
or somebody's words.
"""

MAX_REASON_CHARS = 300
"""The longest text of a provider that an error repeats."""


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
    """The input is invalid; the message says where and what is valid."""

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
    """It does not exist, or belongs to another person."""

    code = "not_found"
    status = 404


class Conflict(SoulError):
    """The request contradicts the current state."""

    code = "conflict"
    status = 409


class AlreadyAnswered(Conflict):
    """Another turn has recorded the outcome of this message."""

    code = "already_answered"


class FenceBroken(Conflict):
    """The lease of a write has passed to another holder."""

    code = "fence_broken"


class TooLarge(SoulError):
    """The input is longer than the documented limit."""

    code = "too_large"
    status = 413


class TooMany(SoulError):
    """A rate limit was reached; ``retry_after`` is in seconds."""

    code = "too_many_requests"
    status = 429


class ModelError(SoulError):
    """A model did not give a usable answer.

    ``reason`` holds the provider's own words, on one line of at most ``MAX_REASON_CHARS``
    characters, without keys and without text of the prompt; "" if it gave none. ``mend`` tells an
    operator what to set or do.
    """

    code = "model_error"
    status = 502

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retry_after: float | None = None,
        reason: str = "",
        mend: str = "",
    ) -> None:
        super().__init__(message, code=code, retry_after=retry_after)
        self.reason = reason
        self.mend = mend


class ModelRateLimited(ModelError):
    """The provider limited our rate, also after our retries; ``retry_after`` is in seconds."""

    code = "model_rate_limited"


class ModelTimeout(ModelError):
    """The provider did not answer before the deadline."""

    code = "model_timeout"
    status = 504


class ModelUnreachable(ModelError):
    """The provider cannot be reached, or a proxy before it cannot reach it."""

    code = "model_unreachable"


class ModelInterrupted(ModelError):
    """The provider's answer broke off after its first words."""

    code = "model_interrupted"


class ModelRefused(ModelError):
    """The provider rejected the request; subclasses say why."""

    code = "model_refused"


class ModelKeyRejected(ModelRefused):
    """The provider did not accept the key, or does not allow it to use the model."""

    code = "model_key"


class ModelUnknown(ModelRefused):
    """The provider does not know the model, or the address leads to no API."""

    code = "model_name"


class ModelQuotaSpent(ModelRefused):
    """The account's quota or balance is used up."""

    code = "model_quota"


class ModelPolicyRefused(ModelRefused):
    """The provider refused the prompt, or held the answer back, on grounds of policy."""

    code = "model_policy"


class ModelContextExceeded(ModelRefused):
    """The prompt is longer than the model's context.

    ``limit`` is the context in tokens, None where the provider did not say it.
    """

    code = "model_context"

    def __init__(
        self, message: str, *, limit: int | None = None, reason: str = "", mend: str = ""
    ) -> None:
        super().__init__(message, reason=reason, mend=mend)
        self.limit = limit


class ModelGarbled(ModelError):
    """The provider's answer was empty, too long or in another format."""

    code = "model_garbled"


class ModelOnlyReasoned(ModelGarbled):
    """The model reasoned and gave no answer; ``mend`` says which settings help."""

    code = "model_only_reasoned"


class Unavailable(SoulError):
    """The store or a broker cannot be reached at the moment."""

    code = "unavailable"
    status = 503


class StorageFull(Unavailable):
    """No space is left: nothing was acknowledged; reads still work."""

    code = "storage_full"
    status = 507


class JournalBroken(SoulError):
    """The journal does not verify; the message names the first bad entry."""

    code = "journal_broken"


class Misconfigured(SoulError):
    """A setting prevents the start; the message says which, and what is valid."""

    code = "misconfigured"
