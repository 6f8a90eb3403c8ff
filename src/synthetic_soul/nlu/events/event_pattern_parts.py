"""What the patterns of events are made of: who, when, and the stock things of a life.

Patterns run over one clause with contractions written out. The group ``verb`` starts where the
event is said; what stands before it may deny it. The group ``whom`` is optional.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from synthetic_soul.mind.interpretation import LifeEvent  # noqa: TC001 - names a field at run time
from synthetic_soul.nlu.text.regex import compiled, wide, word_set
from synthetic_soul.nlu.text.vocabulary import PETS, RELATIONS

KIN = "|".join(sorted({*RELATIONS, *PETS, "dogs", "cats", "baby", "gran", "pets"}))
NEAR = rf"(?:my|our)(?: (?!and\b)[\w'-]+){{0,2}}? (?:{KIN})(?:-in-law)?\b(?!'s)"
SOMEONE = wide(r"""
        (?P<whom>\b(?:my|our)(?: (?!and\b)[\w'-]+){1,4}?|\b(?:i|we|he|she|they|mum|mom|dad|mummy
        |daddy|grandma|grandpa|granny|nan|nana)\b|\ba (?:friend|colleague|cousin|neighbour
        |neighbor)(?: of mine)?|\bsomeone i knew|(?-i:\b[A-Z][\w'-]+(?: [A-Z][\w'-]+)?))
""")
HIM = SOMEONE.replace("i|we|he", "he")
ME = r"(?P<whom>\b(?:i|we))"
WAS = wide(r"""
        (?: (?:has|have|had|is|are|am|was|were|just|also|really|finally|actually|recently|sadly
        |unfortunately|suddenly|been|already|now|still|got|getting|very|so|quite|pretty|all|only
        |totally|officially|even|did|ever)){0,6}[ ]
""")
MY = r"(?:my|the|our|his|her|their|a|an)"
TEST = wide(r"""
        (?:(?:\w+ ){0,3}?(?:exams?|tests?|finals?|course|class|driving test|bar|boards|thesis
        |degree|audition|interview|quiz|maths?|physics|chemistry|a[- ]levels?|gcses?|midterms?
        |licen[cs]e|semester|year|module|probation|assignment|dissertation|certification))
""")
GAME = r"(?:match|game|race|final|tournament|competition|championship|contest|election|case)"
GOODS = wide(r"""
        (?:wallet|purse|phone|keys?|bag|passport|ring|laptop|bike|car|luggage|suitcase|house|home
        |savings|money|camera|jewellery|jewelry|necklace|watch|backpack|flat|apartment|package)
""")
ILL = wide(r"""
        (?:cancer|covid|corona|the flu|flu|a fever|fever|pneumonia|a tumou?r|a stroke
        |a heart attack|dementia|alzheimer'?s|leuk(?:a)?emia|a migraine|migraine|a (?:bad )?cold
        |bronchitis|a seizure|an infection|food poisoning|appendicitis|parkinson'?s|diabetes
        |depression|a headache|an ulcer|a concussion|norovirus|tonsillitis)
""")


class Row(NamedTuple):
    """An event, the words of which one must occur, and the patterns that then decide."""

    happening: LifeEvent
    cues: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]


def row(happening: LifeEvent, cues: str, *patterns: str) -> Row:
    """Return a row of the table from cues and patterns as they are written."""
    made = tuple(compiled(pattern, re.IGNORECASE) for pattern in patterns)
    return Row(happening, word_set(cues), made)
