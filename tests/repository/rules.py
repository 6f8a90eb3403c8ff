"""The rules of the repository: each returns all offenders, as ``path`` or ``path:name``."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

MAX_FUNCTION_LINES = 50
MAX_PACKAGE_ENTRIES = 15
VAGUE_WORDS = {
    "manager", "helper", "util", "utils", "service", "processor", "handler", "data", "info",
}  # fmt: skip
# Strings here are patterns and phrases about third persons; only comments are checked.
ABOUT_THIRD_PERSONS = ("nlu", "recall", "voices/composer", "formats", "text")
# `string`, `ring` and the like are no gerunds.
NOT_GERUNDS = {"string", "strings", "thing", "things", "ring", "king", "spring", "wing"}
GENDERED = re.compile(r"\b(?:jasmine|she|hers?|herself)\b", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|``[^`]*``|“[^”]*”')
PAGE_FILES = (".js", ".css", ".html")

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Tree:
    """The source of both distributions below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.packages = [
            path for path in (root / "src/synthetic_soul", root / "soulscript/src/soulscript")
            if path.exists()
        ]  # fmt: skip
        self.modules = {
            self.name(path): path.read_text(encoding="utf-8")
            for package in self.packages
            for path in sorted(package.rglob("*.py"))
        }
        self.parsed = {name: ast.parse(text) for name, text in self.modules.items()}

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


Rule = Callable[[Tree], set[str]]


def _stem(name: str) -> str:
    return Path(name).stem


def _within(name: str, folders: tuple[str, ...]) -> bool:
    return any(f"/{folder}/" in name for folder in folders)


def repeated_module_names(tree: Tree) -> set[str]:
    """A module's name occurs once, so that it says which one is meant. Offenders are pairs."""
    paths: dict[str, list[str]] = defaultdict(list)
    for name in tree.modules:
        paths[_stem(name)].append(name)
    return {" = ".join(pair) for same in paths.values() for pair in combinations(same, 2)}


def gerund_modules(tree: Tree) -> set[str]:
    """A module or package is named after a thing, not after doing something."""
    folders = {Path(name).parent.as_posix() for name in tree.modules}
    return {
        name
        for name in [*tree.modules, *folders]
        for words in [_stem(name).split("_")]
        if any(word.endswith("ing") and word not in NOT_GERUNDS for word in (words[0], words[-1]))
    }


def large_packages(tree: Tree) -> set[str]:
    """A package has no more entries (files and folders) than one glance takes in."""
    folders = {path.parent for package in tree.packages for path in package.rglob("*")}
    return {
        tree.name(folder)
        for folder in folders
        if len([e for e in folder.iterdir() if e.name != "__pycache__"]) > MAX_PACKAGE_ENTRIES
        if (folder / "__init__.py").exists()
    }


def long_functions(tree: Tree) -> set[str]:
    """A function fits on a page."""
    return {
        f"{name}:{node.name}"
        for name, parsed in tree.parsed.items()
        for node in ast.walk(parsed)
        if isinstance(node, Function)
        if (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    }


def broad_excepts(tree: Tree) -> set[str]:
    """Every exception is caught only where a job or a request ends."""
    return {
        name
        for name, text in tree.modules.items()
        if re.search(r"except (Base)?Exception\b|except \(.*\bException\b|except:", text)
    }


def vague_names(tree: Tree) -> set[str]:
    """No name contains a word that could mean anything."""

    def vague(name: str) -> bool:
        words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().split("_")
        return not VAGUE_WORDS.isdisjoint(words)

    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {name for name in tree.modules if vague(_stem(name))} | {
        f"{name}:{node.name}"
        for name, parsed in tree.parsed.items()
        for node in ast.walk(parsed)
        if isinstance(node, named) and vague(node.name)
    }


def _docstrings(parsed: ast.Module) -> set[int]:
    """The lines on which a docstring begins."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].lineno
        for node in ast.walk(parsed)
        if isinstance(node, documented) and node.body
        if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    }


def _prose(tree: Tree, name: str) -> Iterator[str]:
    """Comments and docstrings; other strings, too, where they do not speak of third persons."""
    docstrings = _docstrings(tree.parsed[name])
    strings = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(tree.modules[name]).readline):
        if token.type == tokenize.COMMENT:
            yield QUOTED.sub("", token.string)
        elif token.type in strings and token.start[0] in docstrings:
            yield QUOTED.sub("", token.string.strip('"'))
        elif token.type in strings and not _within(name, ABOUT_THIRD_PERSONS):
            yield token.string


def gendered_texts(tree: Tree) -> set[str]:
    """No text that serves every agent names one, or says what sex it has."""
    page = {
        tree.name(path): path.read_text(encoding="utf-8")
        for package in tree.packages
        for path in package.rglob("*")
        if path.suffix in PAGE_FILES
    }
    return {
        name for name in tree.modules if any(GENDERED.search(prose) for prose in _prose(tree, name))
    } | {name for name, text in page.items() if GENDERED.search(text)}


RULES: tuple[Rule, ...] = (
    repeated_module_names,
    gerund_modules,
    large_packages,
    long_functions,
    broad_excepts,
    vague_names,
    gendered_texts,
)
