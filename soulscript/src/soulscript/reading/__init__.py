"""Reading of souls and memories, with their dialects and the place of every problem."""
