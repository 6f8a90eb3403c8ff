"""How a text feels, by its words alone: for memories that are made without a model.

English only; a text without a word of the tables is neutral.
"""

import re
from typing import Final

from soulscript.text.analysis import folded
from soulscript.text.porter import stem

_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?")
_NOT: Final = frozenset({"not", "no", "never", "hardly", "without", "nobody", "nothing", "cannot"})
_REACH: Final = 3  # words after a negation that it turns round

_PLEASANT: Final = """
admire adore amazing appreciate beautiful best better blessed bliss brave bright brilliant calm
celebrate charming cheerful comfort congratulations courage delight eager encourage enjoy excellent
excited fantastic favourite fond forgive free friend fun gentle gift glad good gorgeous grateful
great happy harmony heal helpful hope hug inspire joy kind laugh lovely love luck marvellous
peace perfect pleased pleasure pride promising proud recover relief relieved safe satisfied smile
splendid succeed success sunny support surprise sweet thank thrilled treasure triumph trust warm
welcome well win won wonderful yay
"""
_UNPLEASANT: Final = """
abandon abuse accident afraid alone anger angry annoyed anxious argue ashamed awful bad betray
bitter blame broke broken bully burden cancer cheat cold cried cry cruel damage danger dead death
defeat depressed desperate despair die died disappoint disaster disgust doubt dread dying empty
enemy evil fail failed failure fear fight fired foolish frightened frustrated funeral grief guilt
guilty harm hate heartbroken helpless hopeless horrible hurt ill insult jealous kill lonely lose
loss lost mad mess miserable mistake miss mourn nasty nervous nightmare pain panic poor regret
reject ruin sad scared scream shame shock sick sorrow sorry stress stupid suffer suicide terrible
threat tired tragedy tragic ugly unhappy upset useless victim violence war weak weep worried worry
worse worst wound wrong
"""
_GOOD: Final = frozenset(map(stem, _PLEASANT.split()))
_BAD: Final = frozenset(map(stem, _UNPLEASANT.split()))


def valence(text: str) -> float:
    """Say how pleasant a text is: -1 to 1, 0 where no word decides it.

    Good and bad words are counted; a negation turns the next three words round.
    """
    good = bad = 0
    turned = 0
    for word in _WORD.findall(folded(text)):
        if word in _NOT or word.endswith("n't"):
            turned = _REACH
            continue
        root = stem(word)
        sign = (root in _GOOD) - (root in _BAD)
        sign = -sign if turned else sign
        turned = max(0, turned - 1)
        good, bad = good + (sign > 0), bad + (sign < 0)
    return (good - bad) / (good + bad + 1)
