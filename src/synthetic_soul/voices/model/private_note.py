"""The private note of a prompt: what the agent feels, knows and recalls at this moment."""

from typing import Final

NOTE_HEADING: Final = "⟦private note⟧"
"""The first line of the note. Nobody else's text in a prompt can contain it."""
NOTE_END: Final = "⟦end of the private note⟧"
"""The last line of the note."""
