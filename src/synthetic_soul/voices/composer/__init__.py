"""The voice without a model: phrases chosen and filled in by rules."""
