"""Hints and placeholders of templates, which say nothing about a character.

Such as ``[your name here]``, ``_(pick something you like)_``, ``*e.g. calm*``, ``TBD``, ``...``.
"""

import re
from typing import Final

_MAX_HINT_CHARS: Final = 400
_MARKER: Final = r"\s*(?:>\s*)?(?:(?:[-*+•]|[0-9]{1,9}[.)])[ \t]+)?"
_EXAMPLE: Final = (
    r"(?:e\.?\s?g\b|ex\.|example[s:]|for example|z\.\s?b\.|zum beispiel|par exemple|"
    r"por ejemplo|por exemplo|p\.\s?ej\.|ad esempio|bijv|np\.|например|örneğin|例如|"
    r"例[:：]|예[:：])"
)
# Emphasis around a bracket, or around an example, that fills a line or all behind a label.
_HINT: Final = re.compile(
    rf"({_MARKER}(?:(?:\*\*|__)?[^*_:：\n]{{1,60}}(?:[:：](?:\*\*|__)?|(?:\*\*|__)[:：]))?\s*)"
    rf"(?:_\([^\n]{{1,{_MAX_HINT_CHARS}}}\)_|\*\([^*\n]{{1,{_MAX_HINT_CHARS}}}\)\*|"
    rf"[_*]{_EXAMPLE}[^*\n]{{0,{_MAX_HINT_CHARS}}}[_*])[.]?\s*\Z",
    re.IGNORECASE,
)
_BRACKETED: Final = r"\[[^\[\]]{1,400}\]"
_PLACEHOLDER: Final = re.compile(
    rf"(?:(?:[^:：\[\]]{{0,40}}|{_BRACKETED})[:：]\s{{0,9}})?{_BRACKETED}[.。:：]?\s*\Z|"
    rf"{_BRACKETED}[:：]\s[^\n]{{0,40}}\Z|"
    r"\{\{(?!\s*(?:char|user)\s*\}\})[^{}\n]{1,80}\}\}\Z|"
    r"<(?:[a-z][\w-]{0,20}\s[\w ,'’-]{1,60}|name|emoji|role|age|vibe|creature|avatar)>\Z|_{3,}\Z|"
    r"\(?(?:to be (?:set|decided|determined|filled(?: in)?|added|defined)|tbd|todo|none yet|"
    r"your \w{1,20} here|one[- ]line summary|待定|待填写|未定)\b[^.。]{0,60}[.)]*\Z|"
    r"\((?:optional|fill|choose|pick|replace|describe|add|write|insert|set)\b[^()\n]{0,200}\)[.]?\Z|"
    r"(?:\.{3}|…)\Z|-\Z",
    re.IGNORECASE,
)
# What a template writes behind a fact: "Tilda (choose one)".
_TRAILING_HINT: Final = re.compile(
    r"\s*[(（](?:choose|pick|select|optional|fill|replace|your|e\.?g\b|tbd|todo|to be|or\b|"
    r"example|change|选|可选|例如|任选)[^()（）\n]{0,200}[)）]\s*\Z",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Return whether a text is a template's: ``[Belief 1]``, ``(to be set)``, ``...``."""
    return not text or _PLACEHOLDER.match(text) is not None


def without_hint(line: str) -> tuple[str, int]:
    """Return a line without the hint that fills it or stands behind its label, and how many."""
    end = line.rstrip()[-2:]
    if not end.endswith(("_", "*", "_.", "*.")):
        return line, 0
    match = _HINT.match(line)
    if match is None:
        return line, 0
    kept = match[1] if re.search(r"\w", match[1].lstrip(" >0123456789.)")) else ""
    return kept.rstrip(), 1


def without_trailing_hint(fact: str) -> str:
    """Return a fact without the hint behind it: "Tilda (choose one)" gives "Tilda"."""
    return _TRAILING_HINT.sub("", fact)
