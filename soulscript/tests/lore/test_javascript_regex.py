"""Regular expressions of JavaScript: each is found where JavaScript finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulscript.lore.javascript_regex import (
    MAX_PATTERN_CHARS,
    PatternError,
    compile_pattern,
    split_delimited,
)

FOUND = [
    # pattern, flags, text, index at which Node finds it, -1 for nowhere
    ("lamp", "", "a lamp", 2),
    ("LAMP", "i", "a lamp", 2),
    ("é", "i", "É", 0),
    (r"\d\D", "", "12x", 1),
    (r"\d", "", "٣", -1),
    (r"\w\W", "", "aé", 0),
    (r"\W", "i", "sk", -1),
    (r"\W", "", "ſ", 0),
    (r"[\W]", "i", "k", -1),
    (r"[^\w]", "", "a b", 1),
    (r"\s", "", "a\ufeffb", 1),
    (r"\S", "", " \ufeffb", 2),
    (r"[\S0]", "", " \u00a0b", 2),
    (r"[^\D]", "", "ab1", 2),
    (r"[\D]", "", "1b", 1),
    (r"\bb", "", "ab éb", 4),
    (r"\Bb", "", "b ab", 3),
    ("a.b", "", "a\u2028b", -1),
    ("a.b", "s", "a\u2028b", 0),
    ("^b", "", "a\nb", -1),
    ("^b", "m", "a\u2028b", 2),
    ("a$", "", "a\n", -1),
    ("a$", "m", "a\r\n", 0),
    ("[]", "", "a", -1),
    ("[^]", "", "\n", 0),
    ("[a-c]+", "", "xbc", 1),
    ("[-a]", "", "-", 0),
    ("[a-]", "", "-", 0),
    (r"[\w-]", "", "-", 0),
    (r"[\w-z]", "", "-", 0),
    (r"[a-\d]", "", "-", 0),
    (r"[\]\^\\]+", "", r"x^]\ ", 1),
    (r"[\b]", "", "a\b", 1),
    (r"[\-x]", "", "-", 0),
    (r"[\101]", "", "A", -1),
    (r"[\1]", "", "\x01", 0),
    (r"[\n\t\x41\u0042\cA]+", "", "z\n\tAB\x01", 1),
    ("[[a]", "", "[", 0),
    ("[a&&b]", "", "&", 0),
    ("[a--b]", "", "a", None),
    ("(a)|b", "", "b", 0),
    (r"(a)\1", "", "aa", 0),
    (r"(?:(a)|b)\1", "", "b", 0),
    (r"\1(a)", "", "a", 0),
    (r"(a\1)", "", "a", 0),
    (r"(?<n>a)\k<n>", "", "aa", 0),
    (r"\k<n>(?<n>a)", "", "a", 0),
    (r"\k<n>", "", "k<n>", 0),
    (r"(?=a)a(?!b)", "", "abac", 2),
    (r"(?<=a)b|(?<!x)c", "", "ab", 1),
    ("a{2}", "", "aaa", 0),
    ("a{1,}b", "", "aab", 0),
    ("a{1,2}?", "", "aa", 0),
    ("a{,2}", "", "a{,2}", 0),
    ("a{", "", "a{", 0),
    ("}]", "", "}]", 0),
    ("(?=a)*b", "", "b", 0),
    (r"\x41\u0042\n\r\t\v\f\0", "", "AB\n\r\t\v\f\0", 0),
    (r"\u{41}", "u", "A", 0),
    (r"\u{41}", "", "u" * 41, 0),
    (r"\cA\c1", "", "\x01\\c1", 0),
    (r"\p{L}\P{L}", "u", "1é1", 1),
    (r"\p{Script=Greek}", "u", "aβ", 1),
    (r"[\p{L}]", "u", "1a", 1),
    (r"\p{L}", "", "p{L}", 0),
    (r"\p", "", "p", 0),
    (r"\e\A\Z\h\R\X\m\G", "", "eAZhRXmG", 0),
    (r"\.\-\@\_", "", ".-@_", 0),
    (r"\.\/", "u", "./", 0),
    (r"\7", "", "\x07", 0),
    (r"\8", "", "8", 0),
    (r"(a)\12", "", "aa2", 0),
    ("# ~", "", "a # ~", 2),
]
NO_PATTERNS = [
    "(", ")", "[", "[a", "*", "?a", "a**", "a++", "a{2}{3}", "^*", "|+", "(*F)", r"\b+",
    "a{3,2}", "[b-a]", "(?", "(?P<n>a)", "(?>a)", "(?#c)", "(?i)a", "(?|a)", "(?1)",
    "(?<n>a)(?<n>b)",
    "\\", "[\\", r"(?<n>a)\k<m>", "(?<=a)+", "a{99999}",
]  # fmt: skip
NO_UNICODE_PATTERNS = [
    "{",
    "}",
    "]",
    r"\e",
    r"\-",
    r"\1",
    r"\k<n>",
    r"[\w-z]",
    r"\u{110000}",
    "(?=a)*",
]


@pytest.mark.parametrize(("pattern", "flags", "text", "index"), FOUND)
def test_a_pattern_is_found_where_javascript_finds_it(
    pattern: str, flags: str, text: str, index: int | None
) -> None:
    if index is None:
        with pytest.raises(PatternError):
            compile_pattern(pattern, flags)
        return
    match = compile_pattern(pattern, flags).search(text, timeout=1)
    assert (match.start() if match else -1) == index


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_what_is_no_pattern_in_javascript_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, "")


@pytest.mark.parametrize("pattern", NO_UNICODE_PATTERNS)
def test_the_flag_u_is_strict(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, "u")


def test_a_pattern_past_a_limit_is_refused() -> None:
    for pattern in ("a" * (MAX_PATTERN_CHARS + 1), "(" * 500 + ")" * 500):
        with pytest.raises(PatternError):
            compile_pattern(pattern, "")


def test_a_repeated_flag_is_refused() -> None:
    with pytest.raises(PatternError, match="repeat one"):
        compile_pattern("a", "gg")


def test_an_unknown_property_is_refused() -> None:
    with pytest.raises(PatternError, match="does not compile"):
        compile_pattern(r"\p{Nonsense}", "u")


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("/a/", ("a", "")),
        ("/a/gi", ("a", "gi")),
        (r"/a\/b/i", (r"a\/b", "i")),
        ("/a\nb/", ("a\nb", "")),
        ("/a/b/", None),
        ("/a/x", None),
        ("//", None),
        ("a", None),
        ("/a", None),
        ("//a/", None),
    ],
)
def test_a_pattern_stands_between_slashes(key: str, parts: tuple[str, str] | None) -> None:
    assert split_delimited(key) == parts


@given(
    st.text(alphabet="ab01\\^$.*+?()[]{}|-<>=!:kpuwdsb,&#é", max_size=20),
    st.text("imsu", max_size=3),
)
def test_any_text_is_a_pattern_or_is_refused(pattern: str, flags: str) -> None:
    try:
        compiled = compile_pattern(pattern, flags)
    except PatternError:
        return
    try:
        compiled.search("ab 01 é", timeout=0.5)
    except TimeoutError:
        return
