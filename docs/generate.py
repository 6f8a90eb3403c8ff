"""Write the pages that are made from the code: ``make docs``."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from soulscript.model.schema import reference
from synthetic_soul.cli.command_line import COMMANDS, load_command
from synthetic_soul.main import build
from synthetic_soul.settings import Settings, example

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SETTINGS_HEAD = """\
# Settings

Set them in the environment, or in a file `.env` in the folder that you start `soul` in; the
environment wins. Nothing need be set, and an empty value counts as not set (an empty rate limit
means no limit). [.env.example](../.env.example) lists the same settings, to be copied. Quotes
around a value, spaces, `export` and a comment behind it do no harm. `~` and `$HOME` in a path are
replaced. Numbers are written without a unit; true and false may be yes and no.

This page is generated: `make docs`.
"""
# The heading before the setting of this name.
SETTINGS_SECTIONS = {
    "bot_name": "Characters and data",
    "openai_api_key": "Models",
    "mongo_connection": "Several processes",
    "web_ui_domain": "Accounts and sessions",
    "inner_life": "Inner life",
    "rate_limit_guest": "Rate limits",
    "host": "Server",
}
COMMANDS_HEAD = """\
# Command line

`soul COMMAND --help` says the same in the terminal. Exit code 0 means done, 1 that a check found
something or that the command could not be carried out, 2 a mistake in how it was called. `soul
diff` ends with 1 where the souls differ, and with 2 where it could not compare them.

This page is generated: `make docs`.
"""
ROUTES = ("<!-- routes: made by make docs -->\n", "<!-- /routes -->")


def pages() -> dict[Path, str]:
    """Return the text of each generated file."""
    return {
        ROOT / "docs/settings.md": settings_page(),
        ROOT / "docs/command-line.md": commands_page(),
        ROOT / "docs/http-api.md": api_page(),
        ROOT / "docs/soulscript-reference.md": reference(),
        ROOT / ".env.example": example(),
    }


def settings_page() -> str:
    """Return the settings as Markdown tables, in the order of ``Settings``."""
    lines = [SETTINGS_HEAD]
    for name, field in Settings.model_fields.items():
        if name in SETTINGS_SECTIONS:
            lines += [f"\n## {SETTINGS_SECTIONS[name]}\n"]
            lines += ["| setting | default | meaning |", "|---|---|---|"]
        default = _default(field.default) if field.default_factory is None else "the platform's"
        lines.append(f"| `{name.upper()}` | {default} | {field.description} |")
    return _page(lines)


def _page(lines: list[str]) -> str:
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _default(value: object) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return "" if plain in (None, "") else f"`{plain}`"


def commands_page() -> str:
    """Return every command with its arguments and options."""
    commands = {name: load_command(name) for name in COMMANDS}
    return _page([COMMANDS_HEAD, *_commands(commands, "soul")])


def _commands(commands: dict[str, Any], path: str) -> Iterator[str]:
    for name, command in commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command.commands, f"{path} {name}")
            continue
        names = [_usage(parameter) for parameter in command.params if _is_argument(parameter)]
        yield f"\n## {' '.join([path, name, *names])}\n\n{command.help}\n"
        if command.params:
            yield "| | |\n|---|---|"
            yield from (f"| `{_name(p)}` | {p.help}{_fallback(p)} |" for p in command.params)


def _is_argument(parameter: Any) -> bool:  # noqa: ANN401 - typer exports no name for it
    return not parameter.opts[0].startswith("-")


def _metavar(parameter: Any) -> str:  # noqa: ANN401 - as above
    return str(parameter.metavar or parameter.name.upper())


def _usage(parameter: Any) -> str:  # noqa: ANN401 - as above
    name = _metavar(parameter) + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _name(parameter: Any) -> str:  # noqa: ANN401 - as above
    if _is_argument(parameter):
        return _metavar(parameter)
    takes_value = "" if parameter.is_flag else f" {_metavar(parameter)}"
    return f"{', '.join(parameter.opts)}{takes_value}"


def _fallback(parameter: Any) -> str:  # noqa: ANN401 - as above
    value = parameter.default
    return (
        f" Default: `{value}`."
        if isinstance(value, str | int) and value and value is not True
        else ""
    )


def api_page() -> str:
    """Return the page on the API, with the table of all routes as the OpenAPI document has them."""
    begin, end = ROUTES
    head, _, rest = (ROOT / "docs/http-api.md").read_text(encoding="utf-8").partition(begin)
    lines = ["| request | does |", "|---|---|", *_routes()]
    return f"{head}{begin}" + "\n".join(lines) + f"\n{end}{rest.partition(end)[2]}"


def _routes() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        document = build(Settings(data_dir=Path(folder))).openapi()
    for path, operations in sorted(document["paths"].items()):
        for method, operation in sorted(operations.items()):
            does = " ".join(operation["description"].partition("\n\n")[0].split())
            yield f"| `{method.upper()} {path}` | {does.replace('``', '`')} |"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
