"""One real, small call of each model, and what the provider says of itself."""

import asyncio
import http.client
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from email.utils import parsedate_to_datetime
from typing import Final

from synthetic_soul.compose import model_settings
from synthetic_soul.doctor import ollama
from synthetic_soul.doctor.findings import Finding, clock_finding
from synthetic_soul.errors import Misconfigured, ModelError, ModelUnknown, ModelUnreachable
from synthetic_soul.llm.base import Message, Model
from synthetic_soul.llm.egress_proxy import proxy_for
from synthetic_soul.llm.providers import Target, build_models, select_provider
from synthetic_soul.settings import Settings

MAX_TRIAL_SECONDS: Final = 60.0
LISTING_SECONDS: Final = 5.0
MAX_LISTING_BYTES: Final = 1 << 20
TRIAL_TOKENS: Final = 200
MAX_NAMED_MODELS: Final = 12
"""Models that a finding names."""
TRIAL: Final = (Message("user", "Answer with one word: hello."),)


@dataclass(frozen=True, slots=True)
class Listing:
    """The models that an address serves, and its clock in seconds since 1970 (None: not said)."""

    models: tuple[str, ...]
    clock: float | None


async def examine_model(settings: Settings) -> AsyncIterator[Finding]:
    """Yield whether each model answers; where one does not, why, and what to set."""
    chosen = model_settings(settings)
    try:
        selected = select_provider(chosen)
        models = build_models(chosen)
    except Misconfigured as error:
        yield Finding("model", error.message, "set it as the message says")
        return
    if selected is None or models is None:
        yield await _without_model()
        return
    target = selected[1]
    listing = await asyncio.to_thread(list_models, target.base_url, target.api_key)
    tried = {model.name: model for model in (models.quality, models.fast)}
    deadline = min(settings.llm_timeout, MAX_TRIAL_SECONDS)
    try:
        for name, model in tried.items():
            yield await _try(model, name, target, listing, deadline)
    finally:
        await models.aclose()
    if listing is not None and listing.clock is not None:
        for finding in _clock(listing.clock):
            yield finding


async def _try(
    model: Model, name: str, target: Target, listing: Listing | None, deadline: float
) -> Finding:
    begun = time.monotonic()
    try:
        await model.complete(TRIAL, max_tokens=TRIAL_TOKENS, deadline=deadline)
    except ModelError as error:
        hint = await _hint(error, name.partition("/")[2], target, listing)
        reason = f" ({error.reason})" if error.reason else ""
        mend = hint or error.mend or "see the message"
        return Finding("model", f"{name}: {error.code}: {error.message}{reason}", mend)
    return Finding("model", f"{name} answers in {time.monotonic() - begun:.1f} s")


async def _hint(error: ModelError, wanted: str, target: Target, listing: Listing | None) -> str:
    """Return a mend that the provider's own list gives; "" if there is none."""
    if listing is not None and isinstance(error, ModelUnknown) and wanted not in listing.models:
        near = get_close_matches(wanted, listing.models, 1)
        meant = f"did you mean {near[0]}? " if near else ""
        served = ", ".join(listing.models[:MAX_NAMED_MODELS]) or "nothing; load a model there"
        return f"{meant}set the model's name to one that is served there: {served}"
    if listing is None and not target.base_url.rstrip("/").endswith("/v1"):
        longer = f"{target.base_url.rstrip('/')}/v1"
        if await asyncio.to_thread(list_models, longer, target.api_key) is not None:
            return f"the address lacks its end: set LLM_BASE_URL to {longer}"
    if isinstance(error, ModelUnreachable) and f":{ollama.DEFAULT_PORT}" in target.base_url:
        return "start Ollama: ollama serve"
    return ""


async def _without_model() -> Finding:
    """Tell what speaks without a model, and how to use an Ollama that runs here."""
    message, hint = "none is set; the composer speaks", await ollama.hint()
    return Finding("model", f"{message}. {hint}" if hint else message)


def _clock(theirs: float) -> Iterator[Finding]:
    message = "this machine's clock and that of the model's server differ by {drift} seconds"
    faults = [*clock_finding(message, abs(time.time() - theirs))]
    yield from faults or [Finding("clock", "it agrees with the model's server")]


def list_models(base_url: str, key: str | None) -> Listing | None:
    """Return what an address serves; None where it lists nothing."""
    proxy = proxy_for(base_url)
    schemes = {"http": proxy, "https": proxy} if proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(schemes))
    request = urllib.request.Request(f"{base_url.rstrip('/')}/models")  # noqa: S310 - http alone, as settings say
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with opener.open(request, timeout=LISTING_SECONDS) as answer:
            body = json.loads(answer.read(MAX_LISTING_BYTES))
            date = answer.headers.get("Date")
        models = tuple(str(row["id"]) for row in body["data"])
        clock = parsedate_to_datetime(date).timestamp() if date else None
    except (OSError, ValueError, LookupError, TypeError, http.client.HTTPException):
        return None
    return Listing(models, clock)
