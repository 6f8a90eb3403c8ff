"""Coverage-guided fuzzing of one reader; needs ``pip install atheris``.

    python -m fuzzing card-png -max_total_time=3600

Seeds are the reader's small corpus and, where they are found, the samples; with ``--own`` the
corpus alone, so that what is found may be added to it. What is new and interesting goes into a
folder of its own below ``/tmp``; a failing input is written beside it. Further arguments are
libFuzzer's.
"""

import importlib
import pkgutil
import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["soulscript"]):
    import soulscript.formats
    from fuzzing.targets import CORPUS, TARGETS, watched

    # A format's module is imported when it is first asked for; here, before that.
    for module in pkgutil.walk_packages(soulscript.formats.__path__, "soulscript.formats."):
        importlib.import_module(module.name)

from fuzzing.mutation import mutated
from support.files import SAMPLES

LONGEST = 65_536


def mutate(raw: bytes, most: int, seed: int) -> bytes:
    def by_bytes(part: bytes) -> bytes:
        changed: bytes = atheris.Mutate(part, len(part) + 64)
        return changed

    return mutated(raw, random.Random(seed), by_bytes)[:most]  # noqa: S311 - not a secret


def main(name: str, options: list[str]) -> None:
    own = "--own" in options
    found = Path(tempfile.gettempdir()) / ("fuzzing-own" if own else "fuzzing") / name
    found.mkdir(parents=True, exist_ok=True)
    seeds = [CORPUS / name, *([] if own else SAMPLES.glob("*"))]
    options = [option for option in options if option != "--own"]
    limits = ["-timeout=30", "-rss_limit_mb=1024", f"-max_len={LONGEST}"]
    arguments = [sys.argv[0], *limits, f"-artifact_prefix={found}/failed-", *options, str(found)]
    arguments += [str(path) for path in seeds if path.is_dir()]
    atheris.Setup(arguments, watched(TARGETS[name]), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
