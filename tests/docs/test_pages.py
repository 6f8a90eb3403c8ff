"""Links lead somewhere, generated pages are up to date, and files that are named are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generate import pages

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for folder in (".", "docs", ".github", "soulscript")
    for path in (ROOT / folder).glob("*.md")
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NAMED_PATH = re.compile(r"`((?:src|soulscript|tests|docs|deploy|examples|training)/[\w./-]*)`")
TASKS = 12


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    wrong = set()
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        linked = page.parent / path if path else page
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            wrong.add(target)
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    named = NAMED_PATH.findall(page.read_text(encoding="utf-8"))
    assert not {path for path in named if not (ROOT / path).exists()}


def test_the_data_files_of_nlu_are_listed_beside_them() -> None:
    folder = ROOT / "src/synthetic_soul/nlu/data"
    page = (folder / "README.md").read_text(encoding="utf-8")
    cells = " ".join(re.findall(r"^\| (`[^|]+) \|", page, re.MULTILINE))
    listed = set(re.findall(r"`([\w/]+(?:<language>)?\.\w+)`", cells))
    files = {path.relative_to(folder) for path in folder.rglob("*.*") if path.suffix != ".md"}
    for path in files:
        assert {path.as_posix(), path.with_stem("<language>").as_posix()} & listed, path
    assert all((folder / name).exists() for name in listed if "<" not in name)


def test_there_are_twelve_tasks_and_each_names_its_file() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| “.+", text.partition("## Twelve tasks")[2], re.MULTILINE)
    assert len(rows) == TASKS
    assert all(NAMED_PATH.search(row) for row in rows)


@pytest.mark.parametrize(("path", "text"), pages().items(), ids=str)
def test_generated_pages_are_up_to_date(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "make docs"


def test_the_page_of_commands_lists_arguments_and_options() -> None:
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    assert "## soul chat [AGENT]" in text
    assert "`--port PORT`" in text
    assert "## soul phrases check" in text
