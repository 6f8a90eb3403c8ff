"""Commands that run or inspect the engine, one module each."""
