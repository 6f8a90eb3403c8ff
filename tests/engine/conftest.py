"""The composed engine: a real journal, a real voice, a model over real HTTP."""

from tests.support.fake_model import fake_model
from tests.support.living import clock, life, lives

__all__ = ["clock", "fake_model", "life", "lives"]
