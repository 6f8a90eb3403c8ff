"""What the engine does: hears, takes turns, thinks, remembers."""
