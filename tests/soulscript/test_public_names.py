"""What the library promises to those who import it."""

import inspect
import subprocess
import sys

import soulscript


def test_the_public_names_are_those_listed() -> None:
    public = {
        name
        for name, value in vars(soulscript).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert sorted(public) == soulscript.__all__


def test_every_public_name_is_documented() -> None:
    for name in soulscript.__all__:
        assert getattr(soulscript, name).__doc__, name


def test_it_imports_nothing_beyond_pydantic_and_the_standard_library() -> None:
    script = (
        "import sys; before = set(sys.modules); import soulscript; "
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    )
    run = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    of_pydantic = {
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
        "typing_inspection",
    }
    foreign = set(run.stdout.split()) - sys.stdlib_module_names - of_pydantic
    assert {name for name in foreign if not name.startswith("_")} == {"soulscript"}
