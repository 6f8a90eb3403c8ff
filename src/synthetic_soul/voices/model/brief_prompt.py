"""A brief as messages for a model.

One system message; then user and assistant alternate: example dialogues of the soul, the
conversation, and the messages to answer with the private note behind them. So strict chat templates
accept it, and prefix caches hold: system message and examples depend on the soul and on the room
for them alone, which changes in few steps, and the conversation is the bare one; the note, which
changes, stands last.

What does not fit is left out in this order, whole lines or sentences at a time:

1. parts of the character, down to ``_BEGINNING_SHARE``, in the order of
   ``soulscript.prompts.YIELDS``: its own views, examples and lore first, its boundaries and who it
   is last
2. older lines of the conversation, up to two fifths of their tokens at once (see ``_start``)
3. what may help, what is worth least first (see ``voices.worth``): recalled lines, memories,
   further facts, likes and views of the soul's own, the latest thought; then lore that comes to
   mind at this moment
4. the last lines of the conversation
5. facts about the person that the messages touch, or that matter most, what is worth least first
6. the end of the messages to answer, which are then cut at a sentence and marked

Of a usual prompt older lines go first: the beginning is told whole, and they have what it leaves.
What is told of 3 and 5 is chosen together, by worth, in a share of a usual prompt. The share grows
with how much the messages ask for what is remembered, for what may answer them alone: beyond the
usual prompt, so that beginning and talk stay as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, NamedTuple

from soulscript.prompts import Share
from synthetic_soul.llm.base import Message, Role, merge_roles
from synthetic_soul.voices import worth
from synthetic_soul.voices.base import Brief, Line, Told
from synthetic_soul.voices.model.example_turns import SILENCE
from synthetic_soul.voices.model.foreign_text import excerpt, harmless, name_text
from synthetic_soul.voices.model.private_note import NOTE_HEADING, Item, Note, note
from synthetic_soul.voices.model.prompt_budget import MESSAGE_TOKENS, PromptBudget
from synthetic_soul.voices.model.self_description import Beginning, Further, beginning

# Of the longest prompt:
_BEGINNING_SHARE: Final = 0.4
"""What system message and examples may have, however long conversation and message are."""
_LORE_SHARE: Final = 0.25
"""What lore of this moment may have, as tools for character cards have it."""
_STEP: Final = 1 / 32
"""By which their room changes, so that it does so seldom."""
# Of a usual prompt:
_NOTE_SHARE: Final = 0.15
_ASKED_SHARE: Final = 0.5
"""What the note may have beside its share, where the messages ask for what is remembered."""
_MESSAGE_SHARE: Final = 0.05
_MIN_TALK_SHARE: Final = 0.24
_LAST_LINES: Final = 4
"""Lines of the conversation that are kept before what may help is added to the note."""
_MAX_LINES: Final = 60
"""Lines of a conversation, fewer than the engine remembers: its own start moves with every line."""
_KEPT_SHARE: Final = 0.6
"""Share of the conversation's tokens that is kept where older lines are left out."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The messages for a brief, their estimated tokens, and how much of the soul they tell.

    ``told`` is what they tell of the brief beside the talk, and what they had no room for.
    """

    messages: list[Message]
    tokens: int
    shares: Sequence[Share]
    told: Sequence[Told]

    @property
    def left_out(self) -> list[Share]:
        """The parts of the soul that are not told whole."""
        return [share for share in self.shares if share.told < share.whole]


def render(brief: Brief, budget: PromptBudget) -> Rendered:
    """Return the messages, of at most ``budget.longest_prompt_tokens`` estimated tokens."""
    lines = brief.talk_lines or brief.recent_lines
    costs = [budget.tokens(_words(brief, [line])) for line in lines]
    words = _words(brief, brief.messages)
    last = sum(costs[-_LAST_LINES:])
    usual = budget.usual_tokens
    share = int(usual * _NOTE_SHARE)
    needed = max(last, min(sum(costs), int(usual * _MIN_TALK_SHARE))) + budget.tokens(words)
    own = note(brief, {line.id for line in lines})
    begun = _beginning(brief, budget, needed + _note_tokens(own, budget, share))
    prefix = budget.count_once(begun.messages)
    total = budget.longest_prompt_tokens
    talk = max(
        usual - prefix - share - int(usual * _MESSAGE_SHARE), last, int(usual * _MIN_TALK_SHARE)
    )
    start = _start(lines, costs, talk, least=talk // _MAX_LINES)
    # Lines that are left out may stand in the note instead.
    own = note(brief, {line.id for line in lines[start:]}) if start else own
    room = total - prefix - budget.tokens(SILENCE) - budget.tokens(own.text())
    words = words and (excerpt(words, lambda text: budget.tokens(text) <= room) or SILENCE)
    room -= budget.tokens(words)
    chosen = _chosen(own, share, share + int(usual * _ASKED_SHARE * own.asked), budget)
    facts, used = _fitting(own.facts[: chosen.facts], room, budget)
    room -= used
    last = _sum_that_fits(reversed(costs[-_LAST_LINES:]), room)
    lore, used_by_lore = _fitting(own.lore, min(room - last, int(total * _LORE_SHARE)), budget)
    room -= used_by_lore
    asides, used = _fitting(own.asides[: chosen.asides], room - last, budget)
    if sum(costs[start:]) > room - used:
        start = _start(lines, costs, room - used, least=0)
    # A silence parts what the agent says first from the last example, which never happened.
    opens = [Message("user", SILENCE)] if lines[start:] and lines[start].mine else []
    messages = _alternating(
        [
            *begun.messages,
            *opens,
            *(Message(_role(line), _words(brief, [line])) for line in lines[start:]),
            Message("user", "\n\n".join(filter(None, [words, own.text(facts, lore, asides)]))),
        ]
    )
    noted = [*_noted(own.facts, facts), *_noted(own.lore, lore), *_noted(own.asides, asides)]
    return Rendered(
        messages,
        budget.count(messages),
        begun.shares,
        _told_items(brief, noted, lines[start:], begun.system),
    )


def _note_tokens(own: Note, budget: PromptBudget, share: int) -> int:
    """Return the tokens of a note, with at most ``share`` for facts and what may help."""
    least = budget.tokens(own.text())
    whole = budget.tokens(own.text(len(own.facts), 0, len(own.asides)))
    lore = budget.tokens(own.text(0, len(own.lore), 0)) - least
    most = int(budget.longest_prompt_tokens * _LORE_SHARE)
    return min(whole, least + share) + min(lore, most)


def _beginning(brief: Brief, budget: PromptBudget, needed: int) -> Beginning:
    """Return system message and examples in what is not ``needed`` for anything else."""
    total = budget.longest_prompt_tokens
    step = max(1, int(total * _STEP))
    limit = max(total - -(-needed // step) * step, int(total * _BEGINNING_SHARE))
    lore = tuple(each.text for each in brief.lore if each.is_constant)
    further = Further(lore, tuple(brief.instructions))
    return beginning(brief.soul, brief.name, budget.vocabulary, limit, further)


def _role(line: Line) -> Role:
    return "assistant" if line.mine else "user"


def _words(brief: Brief, lines: Sequence[Line]) -> str:
    """Return lines as they stand in the prompt; in a group each on one line, with its speaker."""
    return "\n".join(_line(brief, line) for line in lines)


def _line(brief: Brief, line: Line) -> str:
    text = harmless(line.text).strip() or SILENCE
    if not brief.is_group or line.mine:
        return text
    return f"{name_text(line.speaker)}: {' '.join(text.split())}"


def _fitting(items: Sequence[Item], limit: int, budget: PromptBudget) -> tuple[int, int]:
    """Return how many of the first items fit as lines into ``limit`` tokens, and their tokens."""
    used = 0
    for count, item in enumerate(items):
        cost = _cost(item, budget)
        if used + cost > limit:
            return count, used
        used += cost
    return len(items), used


def _cost(item: Item, budget: PromptBudget) -> int:
    return budget.tokens(item.text) - MESSAGE_TOKENS + 1


class _Chosen(NamedTuple):
    """How many of a note's first facts and asides are worth their tokens."""

    facts: int
    asides: int


def _chosen(own: Note, share: int, most: int, budget: PromptBudget) -> _Chosen:
    """Choose what is worth most within ``share`` tokens, and what may answer within ``most``."""
    used = facts = asides = 0
    while facts < len(own.facts) or asides < len(own.asides):
        fact, aside = own.facts[facts : facts + 1], own.asides[asides : asides + 1]
        item = max((*fact, *aside), key=lambda item: item.worth)
        used += _cost(item, budget)
        if used > (most if item.worth >= worth.ANSWERS else share):
            break
        facts, asides = facts + (item in fact), asides + (item not in fact)
    return _Chosen(facts, asides)


def _sum_that_fits(costs: Iterable[int], limit: int) -> int:
    """Return the sum of the first costs that is at most ``limit``."""
    return max((total for total in accumulate(costs) if total <= limit), default=0)


def _start(lines: Sequence[Line], costs: Sequence[int], limit: int, *, least: int) -> int:
    """Return the place of the first line to keep within ``limit`` tokens, 0 where all fit.

    A line costs at least ``least`` tokens. To keep the prompt's beginning the same for many turns,
    the start does not move with each new line: of the persons' lines from which on ``_KEPT_SHARE``
    to all of ``limit`` would be used, it is the one whose number is divisible by the highest power
    of two. It stays until it no longer fits, or a line of a higher power comes into that range.
    """
    sums = [*accumulate(max(least, cost) for cost in reversed(costs))][::-1]
    first = next((place for place, total in enumerate(sums) if total <= limit), len(lines))
    if first == 0:
        return 0
    places = [
        place
        for place in range(first, len(lines))
        if sums[place] >= limit * _KEPT_SHARE and not lines[place].mine
    ]
    return max(places, key=lambda place: lines[place].number & -lines[place].number, default=first)


def _alternating(messages: Sequence[Message]) -> list[Message]:
    """Return the messages with those of one role in a row merged, and no assistant's at first."""
    system, *talk = messages
    if talk[0].role == "assistant":
        talk.insert(0, Message("user", SILENCE))
    return merge_roles([system, *talk], _gap)


def _gap(message: Message) -> str:
    is_note = message.content.startswith(NOTE_HEADING)
    return "\n\n" if message.role == "assistant" or is_note else "\n"


# -- what was told ---------------------------------------------------------------------------------


def _told_items(
    brief: Brief, noted: Sequence[Told], talk: Sequence[Line], system: Message
) -> tuple[Told, ...]:
    """Return what a prompt told of its brief beside the talk, and what it had no room for.

    ``noted`` are the items of its note, ``talk`` the lines of the conversation in it. Of a
    thought's prompt nothing is recorded.
    """
    if brief.purpose == "thought":
        return ()
    return (*_always(brief), *_constant(brief, system), *noted, *_other_lines(brief, noted, talk))


def _noted(items: Sequence[Item], room: int) -> list[Told]:
    """Return the items of a part of the note, of which the first ``room`` have room."""
    return [
        Told(item.kind, item.id, item.reason, "" if place < room else "room")
        for place, item in enumerate(items)
    ]


def _always(brief: Brief) -> Iterator[Told]:
    """Yield the facts that a note always tells: what is due, and what the person is called."""
    for due in brief.due_facts:
        yield Told("fact", due.fact.id, "due")
    for fact in brief.known_facts:
        if fact.topic == "name" and fact.value == name_text(brief.person_name):
            yield Told("fact", fact.id, "name")


def _constant(brief: Brief, system: Message) -> Iterator[Told]:
    """Yield the lore that stands in the system message; a part of an entry is not told there."""
    beginning = _flat(system.content)
    for lore in brief.lore:
        if lore.is_constant:
            is_told = _flat(harmless(lore.text)) in beginning
            yield Told("lore", lore.id, lore.why, "" if is_told else "room")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _other_lines(brief: Brief, noted: Sequence[Told], talk: Sequence[Line]) -> Iterator[Told]:
    """Yield the recalled lines that stand in the talk, and those that the note passed over."""
    in_note = {told.id for told in noted if told.kind == "line"}
    in_talk = {line.id for line in talk}
    texts = {line.text for line in brief.recalled_lines if line.id in in_note}
    for line in brief.recalled_lines:
        if line.id not in in_note:
            repeats = "repeats" if line.text in texts else "room"
            yield Told("line", line.id, "words", "" if line.id in in_talk else repeats)
