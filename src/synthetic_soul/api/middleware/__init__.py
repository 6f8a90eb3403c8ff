"""ASGI middleware: request headers and bodies."""
