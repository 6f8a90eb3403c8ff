"""What the library promises to those who import it."""

import ast
import pkgutil
import subprocess
import sys
from importlib import import_module
from inspect import isclass, isfunction
from pathlib import Path

import pytest

import soulscript

OF_PYDANTIC = {
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
}


def imported_by(statement: str) -> set[str]:
    """Name the modules that a fresh interpreter has after a statement, beyond its own."""
    script = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules)-before)"
    run = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_the_public_names_are_those_listed() -> None:
    listed = {name for names in soulscript._HOMES.values() for name in names.split()}
    assert listed == set(soulscript.__all__)
    assert set(soulscript.__all__) <= set(dir(soulscript))


def test_type_checkers_see_each_name_where_it_is() -> None:
    tree = ast.parse(Path(soulscript.__file__).read_text(encoding="utf-8"))
    seen = {
        f"{node.module}.{alias.name}"
        for outer in tree.body
        if isinstance(outer, ast.If)
        for node in outer.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {f"soulscript.{home}.{name}" for name, home in soulscript._HOME.items()}


def test_every_public_name_is_documented_and_brought_once() -> None:
    for name in soulscript.__all__:
        found = getattr(soulscript, name)
        assert found.__doc__ or not (isclass(found) or isfunction(found)), name
        assert getattr(soulscript, name) is found
        assert vars(soulscript)[name] is found


def test_a_name_that_is_not_there_is_not_brought() -> None:
    with pytest.raises(AttributeError, match="module 'soulscript' has no attribute 'souls'"):
        _ = soulscript.souls


@pytest.mark.parametrize("name", ["", ".formats", ".jsontext", ".memory", ".text"])
def test_no_module_hides_a_public_name(name: str) -> None:
    package = import_module(f"soulscript{name}")
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert not modules & set(package.__all__)
    assert all(hasattr(package, public) for public in package.__all__)


def test_importing_it_imports_nothing_else() -> None:
    brought = imported_by("import soulscript")
    assert {name for name in brought if name.startswith("soulscript")} == {"soulscript"}
    assert not {name.split(".")[0] for name in brought} & OF_PYDANTIC


def test_reading_imports_nothing_beyond_pydantic_and_the_standard_library() -> None:
    brought = imported_by("import soulscript; soulscript.read, soulscript.load, soulscript.Soul")
    foreign = {name.split(".")[0] for name in brought} - sys.stdlib_module_names - OF_PYDANTIC
    assert {name for name in foreign if not name.startswith("_")} == {"soulscript"}
    assert not any(name.startswith("soulscript.formats") for name in brought)
    assert "difflib" not in brought


def test_every_name_is_brought_without_what_only_the_engine_needs() -> None:
    brought = imported_by("from soulscript import *")
    roots = {name.split(".")[0] for name in brought}
    assert not roots & {"fastapi", "pymongo", "openai", "numpy", "PIL", "synthetic_soul"}
