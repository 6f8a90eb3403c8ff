"""``soul schema``."""

from typing import Annotated, Literal

import typer

from soulscript import json_schema, memories_schema
from synthetic_soul.cli.console import print_json


def schema(
    of: Annotated[Literal["soul", "memories"], typer.Argument(help="Which schema.")] = "soul",
) -> None:
    """Print the JSON Schema of souls or memory graphs."""
    print_json(json_schema() if of == "soul" else memories_schema())
