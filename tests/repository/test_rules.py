"""The source keeps the rules of ``CONTRIBUTING.md``; whatever may break one stands in one list."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from synthetic_soul.settings import Settings, example
from tests.repository.rules import MAX_FUNCTION_LINES, MAX_PACKAGE_ENTRIES, RULES, Rule, Tree

ROOT = Path(__file__).parents[2]
# What may break a rule, as a pattern of offenders, and why. This list only shrinks.
ALLOWED: dict[str, dict[str, str]] = {
    "repeated_module_names": {
        "*/__init__.py = *": "Python names it",
        "*/base.py = */base.py": "the interface of the package whose name stands before it",
        "*/cli/commands/*": "named after its command",
        "*/cli/authoring/*": "named after its command",
        "*/api/routes/*": "named after its resource",
        "*/errors.py = */errors.py": "each distribution has its own tree of errors",
    },
    "gerund_modules": {
        "soulscript/src/soulscript/reading": "the name of the activity, as the architecture has it",
        "src/synthetic_soul/cli/authoring": "the name of the activity that its commands serve",
    },
    "large_packages": {"src/synthetic_soul": "one entry for each layer of the architecture"},
    "long_functions": {},
    "broad_excepts": {
        "src/synthetic_soul/jobs/in_process.py": "a job may fail in any way; its runner goes on",
        "src/synthetic_soul/api/problems.py": "a request may fail in any way; the answer says so",
    },
    "vague_names": {
        "src/synthetic_soul/cli/http_connections.py:data_received": "a method of asyncio's Protocol"
    },
    "gendered_texts": {
        "src/synthetic_soul/compose.py": "names the agent that speaks where no other is chosen"
    },
}


@pytest.fixture(scope="module")
def tree() -> Tree:
    return Tree(ROOT)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_nothing_breaks_a_rule_but_what_the_list_allows(rule: Rule, tree: Tree) -> None:
    allowed = ALLOWED[rule.__name__]
    offenders = rule(tree)
    unforeseen = {o for o in offenders if not any(fnmatchcase(o, entry) for entry in allowed)}
    assert not unforeseen, "\n".join([rule.__doc__ or "", *sorted(unforeseen)])
    needless = {e for e in allowed if not any(fnmatchcase(o, e) for o in offenders)}
    assert not needless, f"nothing needs these entries of the list any more: {sorted(needless)}"


BAD_MODULE = """
def handler_of_jobs():
    # She waits.
    try:
        pass
    except Exception:
        pass
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_finds_what_breaks_it(rule: Rule, tmp_path: Path) -> None:
    package = tmp_path / "src/synthetic_soul/large"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for number in range(MAX_PACKAGE_ENTRIES - 2):
        (package / f"module_{number}.py").touch()
    assert rule(Tree(tmp_path)) == set()
    (package / "waiting.py").write_text(BAD_MODULE + "    pass\n" * MAX_FUNCTION_LINES)
    (package / "folder").mkdir()
    (package / "folder/waiting.py").touch()
    assert rule(Tree(tmp_path))


def test_the_example_environment_documents_every_setting() -> None:
    written = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert written == example()
    assert all(f"#{field.upper()}=" in written for field in Settings.model_fields)


def test_the_version_stands_in_the_changelog() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
