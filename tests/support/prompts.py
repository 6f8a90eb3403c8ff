"""Parts of the prompts that a fake model was given."""

from synthetic_soul.voices.model.private_note import NOTE_HEADING
from tests.support.fake_model import FakeModel


def note_of(model: FakeModel) -> str:
    """Return the private note of the last prompt."""
    return model.calls[-1].messages[-1]["content"].partition(NOTE_HEADING)[2]
