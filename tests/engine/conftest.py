"""The composed engine: a real journal, a real voice, a model over real HTTP."""

from tests.support.engine_harness import clock, harness, open_engine
from tests.support.fake_model import fake_model
from tests.support.strict_model import strict_model

__all__ = ["clock", "fake_model", "harness", "open_engine", "strict_model"]
