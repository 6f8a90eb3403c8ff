"""The vectors of a conversation's lines in the store: what several processes make, none loses.

They stand beside the index of the conversation, as one of their own: each with the digest of its
line's id, all of one model, which the head names. What they are as of is a revision, which grows by
one with every write. So whoever writes has merged what others wrote, or is refused.

No vector of a line that was forgotten, or of a person who left, comes back: whoever writes vectors
has first read the revision, and then the journal. Whoever forgets or erases has first written to
the journal, and then raises the revision.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from synthetic_soul.recall import Index
    from synthetic_soul.stores.base import Store

_PREFIX: Final = "vectors:"
_VERSION: Final = 1


class StoredVectors:
    """The vectors of one conversation, as this process has read or written them last."""

    def __init__(self, agent: str, conversation: str) -> None:
        self._of: Final = agent, f"{_PREFIX}{conversation}"
        self._revision: int | None = None  # None: it must be read

    async def read(self, store: Store, model: str) -> Sequence[bytes] | None:
        """Return all parts of the model's vectors; None where nothing has changed since."""
        if self._revision is not None and self._revision == await store.indexes.seq_of(*self._of):
            return None
        stored = await store.indexes.read(*self._of)
        self._revision = stored.seq if stored else 0
        return stored.parts if stored and _head(stored.head).get("model") == model else ()

    async def write(self, store: Store, model: str, index: Index, seq: int) -> bool:
        """Write the vectors of an index as of the entry ``seq``; False: others wrote, read first.

        Nothing is written where none has changed.
        """
        revision, count, parts = (
            self._revision,
            index.vector_part_count,
            index.changed_vector_parts(),
        )
        if not parts:
            return True
        saved = False
        self._revision = None  # also where it remains unknown whether it was written
        try:
            saved = revision is not None and await store.indexes.write(
                *self._of,
                expected=revision,
                seq=revision + 1,
                head=json.dumps({"version": _VERSION, "model": model, "seq": seq}).encode(),
                parts=parts,
                count=count,
            )
        finally:
            if not saved:
                index.mark_vectors_changed()
        if saved and revision is not None:
            self._revision = revision + 1
        return saved

    async def forget(self, store: Store, index: Index) -> None:
        """Remove the vectors of all lines that are not in the index, of whatever model.

        Nothing of them remains in live files afterwards.
        """
        while True:
            stored = await store.indexes.read(*self._of)
            known = revision = stored.seq if stored else 0
            head, parts = (stored.head, [*stored.parts]) if stored else (b"", [])
            try:
                changed = index.without_lost_lines(parts)
            except ValueError:  # damaged
                changed, head, parts = {}, b"", []
            if changed or (stored and not parts and stored.parts):
                await store.indexes.remove(*self._of, seq=revision + 1)
                revision += 1
                changed = {**dict(enumerate(parts)), **changed}
            saved = await store.indexes.write(
                *self._of,
                expected=revision,
                seq=revision + 1,
                head=head,
                parts=changed,
                count=len(parts),
            )
            if saved:
                self._revision = revision + 1 if self._revision == known else None
                return


async def erase_vectors(store: Store, agent: str, conversation: str, seq: int) -> None:
    """Remove a conversation's vectors, but those that were made after the entry ``seq``."""
    of = agent, f"{_PREFIX}{conversation}"
    stored = await store.indexes.read(*of)
    made_at = _head(stored.head).get("seq") if stored else None
    if not isinstance(made_at, int) or made_at < seq:
        await store.indexes.remove(*of, seq=(stored.seq if stored else 0) + 1)


def _head(head: bytes) -> dict[str, object]:
    """Return what a head says; nothing where it is empty or damaged."""
    try:
        found = json.loads(head or b"{}")
    except ValueError:
        return {}
    is_known = isinstance(found, dict) and found.get("version") == _VERSION
    return found if is_known else {}
