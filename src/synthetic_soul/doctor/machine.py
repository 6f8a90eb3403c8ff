"""The machine: folders, space, port, proxies, limits."""

import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import soulscript
from synthetic_soul.compose import active, own_soul, soul_files
from synthetic_soul.doctor.findings import Finding
from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.egress_proxy import fault
from synthetic_soul.networks import listen
from synthetic_soul.settings import Settings

MIN_FREE_BYTES: Final = 200 << 20
MIN_OPEN_FILES: Final = 512
"""A server needs one for each connection."""
OLDEST_PYTHON: Final = (3, 11)


def examine_python() -> Iterator[Finding]:
    """Yield the version of Python, and how many files a process may open."""
    version = ".".join(map(str, sys.version_info[:3]))
    is_old = sys.version_info < OLDEST_PYTHON
    yield Finding("python", f"Python {version}", "use Python 3.11 or newer" if is_old else "")
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - there is none on Windows

        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files != resource.RLIM_INFINITY and files < MIN_OPEN_FILES:
            yield Finding(
                "python",
                f"a process may open {files} files at once",
                f"raise it: ulimit -n {MIN_OPEN_FILES * 2}, or LimitNOFILE= of systemd",
            )


def examine_folder(settings: Settings) -> Iterator[Finding]:
    """Yield whether DATA_DIR can be written, and how much space it has."""
    folder = settings.data_dir
    literal = Path("~")
    if literal.is_dir():
        yield Finding(
            "folder",
            f"there is a folder that is called ~ in {Path.cwd()}",
            "an earlier version took the ~ in DATA_DIR as a name: stop the server, and move what "
            "is in it to your home folder",
        )
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    mend = "set DATA_DIR to a folder that this user can write"
    if not there.is_dir():
        yield Finding("folder", f"DATA_DIR: {there} is no folder", mend)
        return
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x")
    except OSError as error:
        yield Finding("folder", f"DATA_DIR: {there} cannot be written ({error.strerror})", mend)
        return
    free = shutil.disk_usage(there).free
    enough = free >= MIN_FREE_BYTES
    yield Finding(
        "folder",
        f"{folder}{'' if folder.exists() else ' (will be made)'}, {free >> 20:,} MiB free",
        "" if enough else f"free at least {MIN_FREE_BYTES >> 20} MiB, or move DATA_DIR",
    )


def examine_port(settings: Settings, *, is_running: bool) -> Iterator[Finding]:
    """Yield whether the port can be listened on; a running server of this folder has it."""
    place = f"{settings.host}:{settings.port}"
    try:
        listen(settings.host, settings.port).close()
    except ValueError as error:
        if is_running:
            yield Finding("port", f"{place} is served by the running server")
        else:
            mend = "choose another PORT or HOST, or stop what uses it"
            yield Finding("port", str(error), mend)
        return
    yield Finding("port", f"{place} is free")


def examine_proxies() -> Iterator[Finding]:
    """Yield proxies in the environment that cannot be used."""
    proxies = urllib.request.getproxies()
    for name, proxy in sorted(proxies.items()):
        problem = fault(proxy) if name in {"http", "https", "all"} else ""
        if problem:
            yield Finding(
                "proxy",
                f"{name}_proxy {problem}",
                "set it to the address of an HTTP proxy, such as http://127.0.0.1:3128, or unset "
                "it; addresses of this machine are reached without it",
            )


def examine_souls(settings: Settings) -> Iterator[Finding]:
    """Yield souls that cannot be read, and whether there is an active one."""
    souls: dict[str, soulscript.Soul] = {}
    broken = 0
    files = soul_files(settings)
    for name, path in files.items():
        try:
            souls[name] = soulscript.load(path).soul
        except soulscript.SoulscriptError as error:
            broken += 1
            yield _broken(path, str(error))
    if settings.soul is not None:
        try:
            souls["own"] = own_soul(settings.soul)[0]
        except (soulscript.SoulscriptError, Misconfigured) as error:
            broken += 1
            yield _broken(settings.soul, str(error))
    try:
        active_id = active(settings, souls) if settings.bot_name or settings.soul is None else "own"
    except Misconfigured as error:
        yield Finding("souls", error.message, "set BOT_NAME to one of these, or unset it")
        return
    if not broken:
        name = souls[active_id].name if active_id in souls else active_id
        yield Finding("souls", f"{len(souls)} can be read; {name} is active")


def _broken(path: Path, error: str) -> Finding:
    line = error.partition("\n")[0]
    return Finding("souls", line, f"mend it; soul check {path} shows every fault")
