"""The specification's own soul, and souls of other authors."""

import pytest

from soulscript import load, prompt, read, write
from soulscript.prompts import EXAMPLES_KEY
from support.files import SAMPLES, SOULS


@pytest.mark.skipif(not SOULS.is_dir(), reason="the engine's souls are not here")
def test_dr_luna_is_the_specification_s(spec_example: str) -> None:
    known = load(SOULS / "dr_luna.soul").soul.dump()
    for key in ("soul:engine", EXAMPLES_KEY):  # what an engine and a model add to it
        del known[key]
    assert known == read(spec_example).soul.dump()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of other authors are not here")
@pytest.mark.parametrize("name", ["crypto_therapist", "luce", "marcus_aurelius", "zeep"])
def test_souls_in_the_wild_read_tolerantly(name: str) -> None:
    reading = load(SAMPLES / "soulscript" / f"{name}.agent.soul")
    assert {problem.severity for problem in reading.problems} == {"warning"}
    text = write(reading.soul)
    again = read(text, strict=True)
    assert again.soul == reading.soul
    assert again.problems == ()
    assert write(again.soul) == text
    assert prompt(again.soul, full=True).startswith(f"You are {again.soul.name}, a")
