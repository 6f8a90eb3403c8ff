"""Accounts, sessions, tokens and secrets."""
