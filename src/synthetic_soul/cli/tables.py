"""Tables on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from synthetic_soul.cli.console import printable

_PIPE_COLUMNS = 200


def cells(*texts: str) -> list[Text]:
    """Return texts as the cells of a row: printable, and without meaning as markup."""
    return [Text(printable(text)) for text in texts]


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal, or into a pipe in up to 200 columns."""
    console = Console()
    (console if console.is_terminal else Console(width=_PIPE_COLUMNS)).print(table)
