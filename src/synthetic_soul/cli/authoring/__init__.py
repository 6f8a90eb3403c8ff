"""Commands for authors of souls, one module each."""
