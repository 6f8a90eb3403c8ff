"""A real llama.cpp with a real small model, as people run it on a laptop."""
