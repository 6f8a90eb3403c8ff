"""The roles that an account may have."""

from __future__ import annotations

from synthetic_soul.errors import InvalidInput

ROLES = ("user", "operator")


def checked(role: str) -> str:
    """The role as it is; ``InvalidInput`` (code ``unknown_role``) if there is no such."""
    if role not in ROLES:
        raise InvalidInput(f"a role is one of: {', '.join(ROLES)}", code="unknown_role")
    return role
