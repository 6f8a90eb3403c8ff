"""What turns a brief into words: with a model, or without one."""
