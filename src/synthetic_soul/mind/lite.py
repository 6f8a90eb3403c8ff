"""Requests in lite words, as a model or a person may make them, turned into rich ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.mind.tables.emotions import (
    EMOTIONS,
    LITE_EMOTIONS,
    LITE_SENTIMENTS,
    LITE_TRAITS,
    SENTIMENTS,
    TRAITS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.mind.events import Impulse


def lift_emotion(impulse: Impulse) -> tuple[Impulse, ...]:
    """The impulse on a rich emotion: joy asks for happiness, its prototype.

    A rich name stays as it is; a name that is neither lifts to nothing.
    """
    return _lifted(impulse, EMOTIONS, LITE_EMOTIONS)


def lift_trait(impulse: Impulse) -> tuple[Impulse, ...]:
    """The impulse on a rich trait, by the same rule: warmth asks for friendliness."""
    return _lifted(impulse, TRAITS, LITE_TRAITS)


def lift_sentiment(impulse: Impulse) -> tuple[Impulse, ...]:
    """The impulse on a rich sentiment, by the same rule: hate asks for hostility."""
    return _lifted(impulse, SENTIMENTS, LITE_SENTIMENTS)


def _lifted(
    impulse: Impulse, rich: Mapping[str, object], lite: Mapping[str, Mapping[str, float]]
) -> tuple[Impulse, ...]:
    if impulse.dimension in rich:
        return (impulse,)
    if impulse.dimension not in lite:
        return ()
    prototype = next(iter(lite[impulse.dimension]))
    return (impulse.model_copy(update={"dimension": prototype}),)
