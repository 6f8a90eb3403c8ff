"""What an examination finds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was examined: sound, or wrong with a mend. Never holds a secret."""

    check: str
    message: str
    mend: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.mend
