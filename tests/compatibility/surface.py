"""Everything of the program's inside that the compatibility tests look at, in one place.

When something is renamed or moved, this file is changed and no other one here.
"""

# what `soul` runs, without asking where it was installed
COMMAND = "from synthetic_soul.cli.main import run; run()"
