"""Many persons who talk to an engine until it is killed; prints each message it acknowledged."""

import asyncio
import os
import sys
from pathlib import Path

from synthetic_soul.compose import compose
from synthetic_soul.engine.engine import Engine
from synthetic_soul.settings import Settings

SAYINGS = (
    "My name is Tomas and I have a cat called Miso.",
    "You are stupid.",
    "I am sorry, I did not mean that.",
    "Please forget my cat's name.",
    "My grandmother died yesterday.",
    "What do you remember about me?",
)


async def talk(engine: Engine, person: str) -> None:
    turn = 0
    while True:
        for _ in range(1 + turn % 3):
            queued = await engine.submit(person=person, text=SAYINGS[turn % len(SAYINGS)])
            os.write(1, f"{queued.job_id} {person}\n".encode())
            turn += 1
        async for _ in await engine.follow(person, queued.job_id):
            pass


async def main() -> None:
    engine = compose(Settings(data_dir=Path(sys.argv[1])))
    await engine.start()
    await asyncio.gather(*(talk(engine, f"person-{number}") for number in range(8)))


if __name__ == "__main__":
    asyncio.run(main())
