"""Whether warm words are meant the other way round ("Great, another bug…")."""

from __future__ import annotations

import re

from synthetic_soul.nlu.text.regex import compiled, wide

_WARM = wide(r"""
        (?:great|wonderful|fantastic|lovely|perfect|brilliant|awesome|nice|amazing|fabulous|super
        |marvellous|terrific|excellent|cool|good|yay|congratulations|bravo|beautiful|thanks)
""")
_SOUR = wide(r"""
        (?:another|again|yet another|broke|broken|bugs?|crash(?:ed|es)?|late|fail(?:ed|s)?|failing
        |error|errors|monday|traffic|lost|rain(?:ing)?|delayed|cancelled|canceled|stuck|ruined
        |stolen|forgot|dead|died|gone|wrong|not work(?:ing)?|stopped working|more (?:work|homework
        |bills|rain|meetings?)|out of (?:milk|battery|coffee|time|order)|overtime|homework
        |flat tyre|flat tire|spilled|missed|useless|worse|problems?|queue|bill|tax|taxes|fell
        |freezing|down)
""")
_CUES = (
    compiled(
        rf"""
            ^(?:oh,? |well,? |wow,? |yeah,? |and )*(?:just |how |that is (?:just )?
            |so |simply )*{_WARM}[,.!… ]+(?:.{{0,60}}\b)?{_SOUR}\b
        """,
    ),
    compiled(r"""
        \byeah,? right\b|\bthank(?:s| you) for nothing\b|\bjust what i (?:needed|wanted)\b
    """),
    compiled(r"(?:^| )/s$|\bas if\b[!.…]*$|\bbig surprise\b|\bwhat a surprise\b[.…,]"),
    compiled(rf"""
        \bi (?:just |really )*(?:love|adore|enjoy) (?:it )?(?:when|how|that)\b.{{0,60}}\b{_SOUR}\b
    """),
    compiled(rf"\b(?:great|nice|good|well) (?:job|work|done|going)\b.{{0,40}}\b{_SOUR}\b"),
    compiled(r"""
        \bhow (?:nice|kind|lovely|thoughtful|sweet) of (?:him|her|them|you) (?:to
        |not)\b.{0,20}\b(?:forget|forgot|ignore|leave|not|tell me now|remember)\b
    """),
    compiled(r"""
        \blucky me\b|\boh joy\b|\bwhat could go wrong\b|\b(?:slow|sarcastic) clap\b
        |\bgee,? thanks\b|\bthanks a lot,? (?:for|now)\b.{0,40}\b(?:broke|ruin|forg|lost)
    """),
)  # fmt: skip
_MILD = compiled(rf"^(?:oh,? |well,? )*(?:just |how )*{_WARM}(?:\.\.\.|…)$")
_SINCERE = compiled(
    r"""
        \b(?:not (?:lost|late|broken|wrong)|never (?:fails|failed)|no (?:problem|errors?|bugs?)
        |another (?:chance|win|one of my|baby|day off|great|good)|again (?:soon|sometime)
        |see you again|talk(?:ing)? (?:to you )?again|fixed|works? again|back again
        |feel good again|calm(?:ed)? down|down to|got better|well again|once again|at it again)\b
    """,
)


def ironic(plain: str, *, mocking: bool = False) -> bool:
    """Whether a sentence in lower case says a warm thing and means a sour one.

    ``mocking``: a drawing rolls its eyes at it, which turns any warm opening.
    """
    if _SINCERE.search(plain):
        return False
    if mocking and re.search(rf"\b{_WARM}\b", plain):
        return True
    return bool(_MILD.match(plain)) or any(cue.search(plain) for cue in _CUES)
