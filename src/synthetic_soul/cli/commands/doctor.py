"""``soul doctor``."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.console import print_json, say

if TYPE_CHECKING:
    from synthetic_soul.doctor.findings import Finding
    from synthetic_soul.settings import Settings

NAME_COLUMNS = 22


def doctor(
    *,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON: settings and findings.")
    ] = False,
) -> None:
    """Print every setting with its source, then what is sound and what is wrong, with a mend.

    Exit 0 if all is sound, else 1. Works beside a running server.
    """
    import logging

    import structlog

    from synthetic_soul.doctor.configuration import shown_settings
    from synthetic_soul.settings import read_sound_settings

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    settings, faults = read_sound_settings()
    rows = shown_settings(settings)
    if not json:
        for row in rows:
            say(f"{row['name']:<{NAME_COLUMNS}} {row['value'] or '-'}  ({row['source']})")
        say("")
    findings = asyncio.run(_examine(settings, faults, silent=json))
    wrong = [finding for finding in findings if not finding.is_sound]
    if json:
        shown = [{"check": f.check, "message": f.message, "mend": f.mend} for f in findings]
        print_json({"sound": not wrong, "settings": rows, "findings": shown})
    else:
        say(f"{len(wrong)} to mend" if wrong else "all is sound")
    raise typer.Exit(1 if wrong else 0)


async def _examine(settings: Settings, faults: list[str], *, silent: bool) -> list[Finding]:
    from synthetic_soul.doctor.examination import examine

    def progress(what: str) -> None:
        if sys.stderr.isatty() and not silent:
            say(f"      {what} …", err=True)

    findings = []
    async for finding in examine(settings, faults, progress):
        findings.append(finding)
        if not silent:
            _print(finding)
    return findings


def _print(finding: Finding) -> None:
    say(f"{'ok   ' if finding.is_sound else 'WRONG'} {finding.check}: {finding.message}")
    if not finding.is_sound:
        say(f"      {finding.mend}")
