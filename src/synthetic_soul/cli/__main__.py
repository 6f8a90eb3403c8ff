"""``python -m synthetic_soul.cli`` is the same as ``soul``."""

from synthetic_soul.cli.command_line import run

run()
