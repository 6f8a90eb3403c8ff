"""The models of souls and memories, and the JSON Schemas derived from them."""
