"""The patterns of facts: what a clause that states something says of its speaker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.nlu.facts import identity as self_
from synthetic_soul.nlu.facts import life
from synthetic_soul.nlu.facts.candidates import NO_MORE, Found, Reader, plain
from synthetic_soul.nlu.facts.fact_values import capital_names
from synthetic_soul.nlu.text.regex import compiled, wide

if TYPE_CHECKING:
    from collections.abc import Iterator

_AM = r"(?:i'm|i am|we're|we are)"
_SURE = wide(r"""
        (?: (?:really|absolutely|just|also|do|quite|truly|totally|still|always|even|so|fucking
        |kind of|sort of|actually|both|obviously|particularly|especially|secretly|generally|mostly
        |now)){0,3}
""")
_LIKE = r"(?:love|like|enjoy|adore|prefer|fancy)"
_REST = r"(?P<value>.+)$"
_OFTEN = r"(?: (?:also|really|sometimes|often|usually|mostly))?"
_CRAFT = "|".join(life.CRAFTS)

_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (compiled(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (rf"""
            ^(?:my (?:first |full |real |actual )?name(?:'s| is)|the name's|the name is
            |name's)(?P<no>n't| not)? (?:actually |really )?{_REST}
        """, self_.named),
        (rf"^{_AM} (?:called|named) {_REST}", self_.named),
        (rf"""
            ^(?:you can |please |everyone |people |my friends |friends |they |just |everybody )*
            (?:call|calls) me {_REST}
        """, self_.called),
        (rf"^i go by {_REST}", self_.called),
        (
            r"^(?:i'm|i am) (?P<value>(?-i:[^\W\d_a-z])[\w'-]+) from (?P<place>.+)$",
            self_.introduced,
        ),
        (rf"""
            ^{_AM}(?: (?:just|already|only|now
            |almost))?(?P<turned> turning)? (?P<value>\d{{1,3}})(?: (?:years?(?: old)?|y/?o)
            | yo)?(?: (?:now|today|this year))?$
        """, self_.age),
        (r"""
            ^i (?:just |recently |have )?(?P<turned>turned) (?P<value>\d{1,3})\b(?! (?:down|off|on
            |into|to|pages|minutes))
        """, self_.age),
        (rf"^{_AM} (?:a|an) (?P<value>\d{{1,3}})[- ]years?[- ]old\b", self_.age),
        (r"^my age is (?P<value>\d{1,3})$", self_.age),
        (rf"^my birthday(?:'s| is)(?: on| in)? {_REST}", self_.birth),
        (rf"^i was born (?P<place>in|on|at)? ?{_REST}", self_.birth),
        (rf"""
            ^(?:i|we)(?P<no> no longer| don't| do not)?(?: (?:still|now|currently|both
            |live and))? (?:live|living|reside) (?=in|at|on|near|by|just|outside
            |close)(?:in |at )?{_REST}
        """,
         self_.place("home")),
        (rf"""
            ^(?:{_AM})(?P<no> not| no longer)?(?: (?:now|currently))? (?:living|based) (?:in|near
            |at) {_REST}
        """, self_.place("home")),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: just
            | recently)? (?P<moved>moved) (?:back )?to (?P<value>(?:a |the |my )?[^\W\d_].*)$
        """, self_.moved),
        (rf"""
            ^(?:i'm|i am|i come)(?P<no> not)?(?: (?:originally
            |actually))?(?: (?:come))? from {_REST}
        """,
         self_.place("origin")),
        (rf"^i grew up in {_REST}", self_.place("origin")),
        (r"^i'm (?:half )?(?P<value>\w+)$", self_.nation),
        (r"^i am (?:half )?(?P<value>\w+)$", self_.nation),
        (rf"""
            ^(?:i|we)(?P<no> no longer| don't| do not)?(?: (?:now|still|currently
            |mostly))? work (?:part[- ]time |full[- ]time |\w+ shifts )?(?P<where>as|at|in|for|with
            |on) {_REST}
        """, self_.work),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?(?: (?:now|currently))? (?:working
            |employed) (?P<where>as|at|in|for) {_REST}
        """, self_.work),
        (r"^my (?:job|profession|occupation|work) is (?P<value>(?:a|an|to|being|in|at) .+)$",
         self_.work),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: just| finally| recently)? (?P<verb>quit|left|lost
            |resigned from) (?:my|our) (?:\w+ )?jobs?\b
        """, self_.quits),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?{_SURE} (?:a (?:strict )?)?(?P<value>{self_.DIETS})
            (?P<more> any ?more)?(?: (?:now|actually|by the way|these days|since|for|too|as)\b.*)?$
        """, self_.diet),
        (rf"""
            ^(?:i|we){_SURE} (?:don't|do not|can't|can not|no longer|never|stopped|gave up)
            (?: eat| eating)? (?P<value>(?:any |red )?(?:{self_.FARE})(?:(?:,| or|,? and) (?:\w+ )?
            (?:{self_.FARE}))*)\b(?P<more> any ?more)?$
        """, self_.avoids),
        (r"""
            ^(?:i|we)(?: only| mostly| always)? eat (?P<value>halal|kosher|plant[- ]based|vegan
            |vegetarian|gluten[- ]free)\b
        """, plain("diet")),
        (r"^as (?P<no>(?!.))?(?P<value>(?:a|an) .+)$", self_.am_a),
        (rf"""
            ^{_AM}(?P<no> not| no longer)?(?: (?:just|now|still|only|currently|actually
            |also))? (?P<value>(?:a|an) .+)$
        """, self_.am_a),
        (rf"^i(?P<no> used to) be {_REST}", self_.am_a),
        (rf"^i used to (?P<verb>live|work|study|play) {_REST}", life.once),
        (
            r"""
                ^i(?:'m| am)(?: (?:now|already|still|currently))? (?P<value>retired|unemployed
                |self[- ]employed|between jobs|freelancing|on parental leave)$
            """,
            plain("work"),
        ),
        (rf"^(?:i study|{_AM} studying|i major in|{_AM} majoring in) {_REST}", self_.study),
        (rf"^i (?:can )?(?:also )?speak {_REST}", self_.speak),
        (r"^my (?:native|first|mother) (?:language|tongue) is (?P<value>\w+)", self_.speak),
        (rf"^(?:{_AM}|i've been|i started)(?: (?:also|still|currently))? learning {_REST}",
         self_.learn),
        (rf"^{_AM} (?:very |really |quite |badly |deadly |severely )?allergic to {_REST}",
         plain("allergy")),
        (r"^i(?:'ve got| have) an? (?:severe |bad |mild )?(?P<value>\w+(?: \w+)?) allergy",
         plain("allergy")),
        (rf"^i{_SURE} {_LIKE} {_REST}", life.liked("like")),
        (rf"""
            ^{_AM}{_SURE} (?:a (?:big |huge )?fan of|into|fond of|keen on|crazy about
            |obsessed with) {_REST}
        """, life.liked("like")),
        (rf"^i{_SURE} (?:don't|do not){_SURE} (?:like|love|enjoy) {_REST}", life.liked("dislike")),
        (rf"""
            ^i{_SURE} (?:hate|dislike|detest|despise|loathe|can't stand|can not stand
            |can't bear) {_REST}
        """, life.liked("dislike")),
        (rf"^{_AM} not{_SURE} (?:a (?:big |huge )?fan of|into|fond of|keen on) {_REST}",
         life.liked("dislike")),
        (rf"^i no longer (?P<verb>like|love|enjoy|hate|dislike) {_REST}", life.no_longer_like),
        (rf"^i (?:don't|do not) (?:hate|dislike|mind) {_REST}", life.not_hate),
        (rf"""
            ^my (?:all[- ]time )?favourite (?P<thing>(?:\w+ ){{0,2}}?\w+)(?:'s| is| are
            |'re) {_REST}
        """,
         life.favourite),
        (r"""
            ^(?P<value>(?!my |it|this|that|what|your )[\w' -]{2,60}?) (?:is
            |are) (?:definitely |probably )?my (?:all[- ]time )?favourite (?P<thing>\w+(?: \w+)?)$
        """, life.favourite),
        (rf"^my (?:(?:main|favourite|biggest) )?hobb(?:y|ies) (?:is|are) {_REST}", plain("hobby")),
        (rf"^i{_SURE} play {_REST}", life.play),
        (rf"^i{_OFTEN} (?P<verb>{_CRAFT}) {_REST}", life.craft),
        (rf"""
            ^{_AM}(?: (?:also|finally|actually|probably|just))? (?P<verb>going|moving|flying
            |travelling|traveling|visiting|starting|leaving|meeting|getting|taking|running
            |having|seeing|throwing|driving|hosting) {_REST}
        """, life.going),
        (rf"^(?:{_AM} (?P<verb>planning|hoping)|i (?:plan|hope)) to {_REST}", life.planned),
        (rf"^my plan is to {_REST}", life.planned),
        (rf"^(?:i'll|i will|we'll|we will) (?!not|never|be\b){_REST}", life.will),
        (r"""
            ^(?:i|we)(?:'ve| have)?(?: got| have)? (?P<value>(?:a|an|my|the) (?:\w+ ){0,2}?(?:exam
            |test|interview|appointment|date|meeting|wedding|concert|presentation|operation
            |surgery|flight|party|trip|holiday|driving test|audition|deadline|race|match|gig
            |recital)\b.*)$
        """,
         life.having),
        (r"""
            ^my (?P<value>(?:\w+ ){0,2}?(?:exam|test|interview|appointment|wedding|concert
            |operation|surgery|flight|audition|deadline|recital|presentation|driving test)) (?:is
            |'s) (?P<when>.+)$
        """, life.fixed),
        (r"""
            ^(?:i|we)(?:'ve| have| just)? (?:have|got|own|bought)(?: got| just)? (?P<value>(?:a|an
            |one|two|three|four|five|six|\d+|twin) .+)$
        """, life.own),
        (r"^(?:i've|we've) (?P<value>(?:a|an|one|two|three|four|five|six|\d) .+)$", life.own),
        (r"^(?:i|we) (?:just |have )?sold (?:my|our|the) (?P<value>[\w -]{1,40})$", life.sold),
        (rf"""
            ^i(?:'ve| have)(?: (?:already|also|once))? (?P<verb>been|visited|climbed|lived|run
            |seen|met|written) {_REST}
        """, life.been),
    )
)  # fmt: skip
_AM_NAME = compiled(r"""
    ^(?:i'm|i am|this is|it's me,?) (?P<value>[^\W\d_][\w'-]*(?: [\w'-]+){0,3})$
""",
                      re.IGNORECASE)  # fmt: skip
_FILLED = compiled(r"\s(?:and you|how about you|nice to meet you)$", re.IGNORECASE)


def facts_in(said: str, *, greeted: bool) -> Iterator[Found]:
    """Yield the facts of one stating clause, as written and without opening fillers.

    ``greeted``: the clause began with a greeting, so "I'm Bo" is an introduction.
    """
    text = _FILLED.sub("", said)
    for pattern, reader in _RULES:
        match = pattern.match(text)
        if match:
            found = list(reader(match))
            if found:
                yield from found
                return
    match = _AM_NAME.match(text)
    name = self_.maybe_name(match["value"], greeted=greeted) if match else None
    if name and not NO_MORE.search(text) and (greeted or capital_names(name.value)):
        yield name
