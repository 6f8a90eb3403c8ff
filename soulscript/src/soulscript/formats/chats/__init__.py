"""Chats of every tool as memories of what the person said."""
