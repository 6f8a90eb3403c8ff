"""Text files end with exactly one line break, and their lines with no white space.

``python -m tests.repository.line_ends FILES…`` mends files and names those that it changed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def mended(text: str) -> str:
    """Return the text with its line ends as they should be."""
    return TRAILING.sub("", text).rstrip("\n") + "\n" if text.strip() else text


def main() -> None:
    """Mend the files named on the command line; exit with 1 if one was changed."""
    changed = []
    for path in map(Path, sys.argv[1:]):
        text = path.read_bytes().decode()
        if (good := mended(text)) != text:
            path.write_bytes(good.encode())
            changed.append(path.as_posix())
    sys.exit("\n".join(changed) or 0)


if __name__ == "__main__":
    main()
