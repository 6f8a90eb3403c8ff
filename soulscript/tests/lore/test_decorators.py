"""Decorators at the head of a content."""

from hypothesis import given
from hypothesis import strategies as st

from soulscript.lore import Decorators, Role, parse_decorators

ALL = """@@activate
@@dont_activate
@@keep_activate_after_match
@@dont_activate_after_match
@@ignore_on_max_context
@@activate_only_after 2
@@activate_only_every 3
@@is_greeting 1
@@is_user_icon a picture
@@scan_depth 5.0
@@depth 6
@@reverse_depth 7
@@role Assistant
@@position after_desc
@@additional_keys a, b,
@@additional_keys c
@@exclude_keys d,e
@@disable_ui_prompt system_prompt

The content."""


def test_every_decorator_is_read() -> None:
    decorators, content = parse_decorators(ALL)
    assert content == "The content."
    assert decorators == Decorators(
        activate=True,
        dont_activate=True,
        keep_activate_after_match=True,
        dont_activate_after_match=True,
        ignore_on_max_context=True,
        activate_only_after=2,
        activate_only_every=3,
        is_greeting=1,
        is_user_icon="a picture",
        scan_depth=5,
        depth=6,
        reverse_depth=7,
        role=Role.ASSISTANT,
        position="after_desc",
        additional_keys=(("a", "b"), ("c",)),
        exclude_keys=("d", "e"),
        disable_ui_prompt="system_prompt",
    )


def test_values_that_are_not_valid_are_ignored() -> None:
    texts = [
        "depth", "depth x", "depth -x", "depth inf", "depth nan", "scan_depth -1",
        "is_greeting one", "activate_only_every 0", "activate_only_every 0.5", "role king",
        "position up", "exclude_keys", "additional_keys ,", "is_user_icon",
        "disable_ui_prompt menu", "activate false",
    ]  # fmt: skip
    for text in texts:
        assert parse_decorators(f"@@{text}\nA.") == (Decorators(), "A."), text


def test_a_very_large_number_is_cut_off() -> None:
    assert parse_decorators("@@depth 1e300")[0].depth == 10**9


def test_a_content_without_decorators_is_left_as_it_is() -> None:
    for content in ("", "\n\n A.", "a @@depth 1", "@ @depth 1", "@depth 1"):
        assert parse_decorators(content) == (Decorators(), content)


def test_blanks_around_a_decorator_do_not_count() -> None:
    assert parse_decorators("\n  @@ depth  4  \n\nA.") == (Decorators(depth=4), "A.")


@given(st.text(alphabet="@ab_depth 0-9\n\r", max_size=60))
def test_no_decorator_is_left_at_the_head(content: str) -> None:
    _, text = parse_decorators(content)
    assert not text.lstrip().startswith("@@")


@given(st.text())
def test_it_never_raises(content: str) -> None:
    parse_decorators(content)
