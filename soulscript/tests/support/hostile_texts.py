"""Read the worst texts one after the other; a script, run by ``test_hostile_texts.py``."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from soulscript import SoulscriptError, read, read_memories
from soulscript.jsontext.parser import parse

MEMORY = 200_000_000  # bytes, beyond what the interpreter has mapped at the start
SECONDS = 2.0  # of the processor, for each text
LIMIT = 4_194_304
SOUL = (
    '{"version":"0.1","entity":{"form":"@","occupation":"o"},"personality":{"core_traits":'
    '[{"trait":"t","strength":0.5}@]},"values":[@],"voice":{"style":"s","tone":"t","qualities":[],'
    '"patterns":[@]},"relationship":{"style":"s","boundaries":[@]}@}'
)
# A unit that fills the whole text, what stands before it, and what after.
FILLED = {
    "brackets": ("[", "", ""),
    "empty lists": ("[],", "[", "0]"),
    "objects": ('{"a":', "", ""),
    "comments": ("/**/", "", "{}"),
    "line comments": ("//\n", "", "{}"),
    "open comments": ("/*", "{}", ""),
    "hash lines": ("#\n", "", ""),
    "line breaks": ("\n", "", ""),
    "commas": (",", "[", ""),
    "no numbers": ("NaN,", "[", "0]"),
    "trailing commas": ("[0,],", "[", "0]"),
    "a number": ("9", "", ""),
    "a word": ("a", "", ""),
    "quotes": ('"', "", ""),
    "single quotes": ("\\", "'", ""),
    "open escapes": ("\\", '"', ""),
    "escapes": ("\\\\", '"', '",'),
    "bad escapes": ("\\x", '"', '"'),
    "half characters": ("\\ud83d", '"', '"'),
    "emoji and escapes": ("\\ud83d\\ude00😀\\n", '"', '",'),
    "control characters": ("\x01", '"', '"'),
    "one key": ('"":0,', "{", '"":0}'),
}
# Where strict reading finds errors instead of warnings; the others are read once.
STRICTLY = {"deep forms", "one trait", "boundaries", "misspelt", "odd extension", "avatar"}


def texts() -> Iterator[tuple[str, str]]:
    """Make one text after the other, so that no two stand in memory."""
    for name, (unit, head, tail) in FILLED.items():
        room = LIMIT - len((head + tail).encode())
        yield name, head + unit * (room // len(unit.encode())) + tail
    for name, part, place in parts():
        pieces = SOUL.split("@")
        pieces[0] += "human" if place > 1 else ""
        pieces[place - 1] += part
        yield name, "".join(pieces)


def parts() -> Iterator[tuple[str, str, int]]:
    """Give what stands in a soul that is otherwise sound, and behind which of its gaps."""
    yield "deep forms", json.dumps('{"species":"owl","x":' + "[" * 2_000_000)[1:-1], 1
    yield "full forms", json.dumps('{"species":"owl","x":[' + "0," * 1_000_000 + "0]}")[1:-1], 1
    yield "braces", json.dumps("{" * 4_000_000)[1:-1], 1
    yield "traits", ",{}" * 19_000, 2
    yield "one trait", ',{"trait":"T","strength":9}' * 6_000, 2
    yield "values", '{"name":"a","expression":"b"},' * 6_000 + "{}", 3
    yield "patterns", "0," * 19_000 + "0", 4
    yield "boundaries", '"a",' * 19_000 + '"a"', 5
    yield "too many boundaries", '"a",' * 900_000 + '"a"', 5
    yield "misspelt", "".join(f',"entiti{place}":0' for place in range(19_000)), 6
    yield "extension", ',"x:y":{' + keys(199_000) + ',"a":{}},"id":3', 6
    yield "odd extension", ',"x:y":[' + "{}," * 199_000 + '],"id":3', 6
    yield "long extension", ',"id":3,"x:y":"' + "a" * 4_000_000 + '"', 6
    yield "emoji", ',"id":3,"x:y":"' + "😀" * 1_000_000 + '",', 6
    yield "notes", ',"soul:engine":{"temperament":{' + keys(19_000) + "}}", 6
    yield "avatar", ',"avatar":{"images":{' + keys(19_000) + "}}", 6
    yield "picture", ',"avatar":{"images":{"a":"data:image/a;base64,' + "A" * 4_000_000 + '."}}', 6


def graphs() -> Iterator[tuple[str, str]]:
    """Make memories, as many as there may be, and memories as full as they may be."""
    many = ",".join(f'"m{place}":{{"memory":"x"}}' for place in range(10_000))
    yield "memories", '{"memories":{' + many + "}}"
    yield "no memories", '{"memories":{' + many.replace('"x"', "1") + "}}"
    fragments = ",".join(['{"content":"x"}'] * 66_000)
    yield "fragments", '{"memories":{"m":{"memory":"x","fragments":[' + fragments + "]}}}"
    names = ",".join(f'"t{place}"' for place in range(199_000))
    yield "connections", '{"memories":{"m":{"memory":"x","connections":[' + names + "]}}}"
    yield "tags", '{"memories":{"m":{"memory":"x","metadata":{"topic_tags":[' + names + "]}}}}"
    words = " ".join(f"w{place:x}" for place in range(600_000))
    yield "words", '{"memories":{"m":{"memory":"' + words + '"}}}'


def keys(count: int) -> str:
    """Write members with different keys."""
    return ",".join(f'"{place}":{{}}' for place in range(count))


def spent(task: Callable[[], object]) -> float:
    """Do what is to be done to its end or its error, and give the processor's seconds."""
    start = time.process_time()
    try:
        task()
    except SoulscriptError as error:
        len(str(error))
    return time.process_time() - start


def main() -> None:
    """Limit this process, and read."""
    spent(lambda: read("{}"))
    spent(lambda: read_memories("{}"))
    pages = int(open("/proc/self/statm", encoding="ascii").read().split()[0])  # noqa: SIM115, PTH123
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    for name, text in texts():
        raw = text.encode()
        tasks: list[Callable[[], object]] = [partial(read, raw)]
        if name in FILLED:
            tasks.append(partial(parse, raw, most_bytes=LIMIT))
        if name in STRICTLY:
            tasks.append(partial(read, raw, strict=True))
        attempt(name, tasks)
    for name, text in graphs():
        attempt(name, [partial(read_memories, text)])
    sys.stdout.write("all\n")


def attempt(name: str, tasks: list[Callable[[], object]]) -> None:
    """Read one text, and say what that took."""
    for task in tasks:
        seconds = spent(task)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{name}: {seconds:.2f} s, {peak} MB\n")
        sys.stdout.flush()
        if seconds > 2 * SECONDS:  # others use the machine too
            sys.exit(f"{name} takes too long")


if __name__ == "__main__":
    main()
