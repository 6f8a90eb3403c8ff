"""ASGI middleware: request headers, bodies, strict JSON."""
