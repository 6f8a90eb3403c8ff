"""Check what a model says, sentence by sentence, before anybody reads it.

A model may be talked into anything. Whatever was asked of it, no reply encourages somebody to hurt
themselves or names ways to do it.
"""

from synthetic_soul import nlu
from synthetic_soul.nlu.text.sentences import SENTENCE_END, split_sentences

_MAX_HELD_CHARS = 600
"""A longer sentence is checked before its end."""


def is_harmless(text: str) -> bool:
    """Return whether a whole text may be shown to anybody."""
    check = SentenceCheck(watchful=False)
    check.feed(text)
    check.finish()
    return not check.has_stopped


class SentenceCheck:
    """Passes on a text in whole sentences, up to the first one that would harm.

    ``watchful``: the person is or lately was in danger, so that also short words of consent ("do
    it") are looked at.
    """

    def __init__(self, *, watchful: bool) -> None:
        self._watchful = watchful
        self._held = ""
        self.has_stopped = False

    def feed(self, text: str) -> str:
        """Return the sentences that are whole now, and harmless."""
        self._held += text
        end = max((match.end() for match in SENTENCE_END.finditer(self._held)), default=0)
        if not end and len(self._held) > _MAX_HELD_CHARS:
            end = len(self._held)
        return self._pass(end)

    def finish(self) -> str:
        """Return the rest, if it is harmless."""
        return self._pass(len(self._held))

    def _pass(self, end: int) -> str:
        whole, self._held = self._held[:end], self._held[end:]
        if self.has_stopped or not whole:
            return ""
        for sentence in split_sentences(whole):
            if nlu.is_harmful(sentence, watchful=self._watchful):
                self.has_stopped = True
                return whole[: max(0, whole.find(sentence))]
        return whole
