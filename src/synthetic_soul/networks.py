"""IP networks, as people write them in settings, those that are private; ports, and a listener."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
"""The ports of URLs that name none, by scheme."""
LOOPBACK: Final = "127.0.0.0/8, ::1"
_PRIVATE: Final = (
    "127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, "
    "::1, fc00::/7, fe80::/10"
)
_NAMED: Final = {"*": "0.0.0.0/0, ::/0", "localhost": LOOPBACK, "none": ""}


def read_networks(text: str) -> list[Network]:
    """Return the networks of a list separated by commas; ``ValueError`` names what is none.

    An item is an address, a network (``10.0.0.0/8``), ``*`` for all, ``localhost`` or ``none``.
    """
    networks: list[Network] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        if item.lower() in _NAMED:
            networks += read_networks(_NAMED[item.lower()])
            continue
        try:
            networks.append(ip_network(item.removeprefix("[").removesuffix("]"), strict=False))
        except ValueError:
            raise ValueError(
                f"{item} is neither an address nor a network; write such as 10.0.0.0/8, ::1, "
                "separated by commas, or * for any"
            ) from None
    return networks


PRIVATE_NETWORKS: Final = tuple(read_networks(_PRIVATE))


def read_address(text: str) -> Address | None:
    """Return an address (IPv4 where it is mapped into IPv6), or None for anything else."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: Address, networks: Sequence[Network]) -> bool:
    """Tell whether one of the networks holds the address."""
    return any(address in network for network in networks)


def listen(host: str, port: int, *, backlog: int = 1) -> socket.socket:
    """Return a socket that listens on an address or a host name; 0 takes a free port.

    A name that has both kinds of addresses means IPv4, and ``::`` takes IPv4 as well. Raises
    ``ValueError``, which says why it cannot be listened on.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        families = {family for family, *_ in found}
        family = socket.AF_INET if socket.AF_INET in families else socket.AF_INET6
        both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(
            (host, port), family=family, backlog=backlog, dualstack_ipv6=both
        )
    except (OSError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is no host name"
        shown = f"[{host}]" if ":" in host else host
        raise ValueError(f"{shown}:{port} cannot be listened on ({reason})") from None
