"""The whole prompts of the souls that come along, with mood, memories and traits as they show.

``python -m test_prompt_snapshots`` in this folder writes the snapshots again; read the difference.
"""

from pathlib import Path

from soulscript import MemoryGraph, evolve, load, prompt
from support.files import SOULS, each_file
from support.memories import NOON, memory

SNAPSHOTS = Path(__file__).parent / "prompts"


def whole(path: Path) -> str:
    """The longest prompt that a soul makes."""
    soul = load(path).soul
    traits = [trait.trait for trait in soul.personality.core_traits]
    graph = MemoryGraph(
        [
            memory(
                "first",
                "a stranger brought oranges and stayed for an hour",
                importance_score=0.9,
                intensity=0.9,
                personality_influence={traits[0]: 1.0, traits[-1]: -1.0},
            ),
            memory(
                "second",
                "the lamp went out twice",
                at=NOON + 1,
                importance_score=0.2,
                intensity=1.0,
                personality_influence=["watchful"],
            ),
        ]
    )
    remembered = [found.memory for found in graph.query()]
    expressed = evolve(soul, graph).expressed
    return prompt(expressed, mood="quietly pleased", memories=remembered, full=True) + "\n"


@each_file(SOULS.glob("*.soul"))
def test_a_soul_makes_the_prompt_that_was_read_and_found_good(path: Path) -> None:
    snapshot = SNAPSHOTS / f"{path.stem}.txt"
    assert whole(path) == snapshot.read_text(encoding="utf-8")


if __name__ == "__main__":
    for soul_file in SOULS.glob("*.soul"):
        (SNAPSHOTS / f"{soul_file.stem}.txt").write_text(whole(soul_file), encoding="utf-8")
