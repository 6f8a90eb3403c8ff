"""The voice of a language model: the prompt, and the filter of its output."""
