"""Characters of other tools: one document, or one text, that describes a character."""
