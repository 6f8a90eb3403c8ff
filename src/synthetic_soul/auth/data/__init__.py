"""Lists of the rules for usernames and passwords, an item a line."""

from importlib.resources import files


def read_lines(name: str) -> list[str]:
    """Return the lines of the file of that name."""
    return (files(__name__) / name).read_text("utf-8").splitlines()
