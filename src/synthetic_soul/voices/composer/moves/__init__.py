"""Reply moves: each takes the situation and the selector first and returns what to say.

A move returns one phrase, "" where it has nothing to say, or the list of its phrases.
"""
