"""``python -m synthetic_soul.cli``: the same as ``soul``."""

from synthetic_soul.cli.main import run

run()
