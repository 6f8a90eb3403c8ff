"""How the engine is told that work waits, and how a reply travels while it is spoken."""
