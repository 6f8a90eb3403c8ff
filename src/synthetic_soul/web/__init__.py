"""The page: plain modules that a browser reads as they are."""
