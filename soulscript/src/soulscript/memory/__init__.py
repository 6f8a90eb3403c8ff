"""Memories: consolidation of fragments, the graph with its indices, generation, evolution."""

from soulscript.memory.consolidation import EPISODE

__all__ = ["EPISODE"]
