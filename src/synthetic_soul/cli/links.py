"""Where people find a server that listens, and what they should know of the way there."""

import socket
from ipaddress import ip_address
from pathlib import Path

from synthetic_soul.networks import read_address
from synthetic_soul.settings import Settings

# No packet is sent: the system only chooses the address from which it would send one.
ELSEWHERE = ("192.0.2.1", 9)
IN_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))


def page_link(settings: Settings, listener: socket.socket) -> str:
    """Return the link that opens the page on this machine."""
    host, port = listener.getsockname()[:2]
    address = ip_address(host.partition("%")[0])
    if address.is_unspecified:
        host = "::1" if _is_ipv6_alone(listener) else "127.0.0.1"
    elif read_address(settings.host) is None:
        host = settings.host  # as it was named
    return _link(settings, host, port)


def network_notice(settings: Settings, listener: socket.socket) -> str:
    """Return what to know where other machines reach the server; "" where none does."""
    if settings.loopback:
        return ""
    host, port = listener.getsockname()[:2]
    parts = []
    if ip_address(host.partition("%")[0]).is_unspecified:
        if _is_ipv6_alone(listener):
            parts.append("IPv6 alone, this system does not do both with ::")
        elif own := _own_address():
            parts.append(f"{_link(settings, own, port)} from other machines")
    parts.append("plain HTTP: what is written can be read on the way, unless a proxy adds HTTPS")
    if not settings.proxy_networks:
        parts.append("a proxy is believed once TRUSTED_PROXIES names its address")
    return "; ".join(parts)


def _link(settings: Settings, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    root = f"{settings.root_path}/" if settings.root_path else ""
    return f"http://{shown}:{port}{root}"


def _is_ipv6_alone(listener: socket.socket) -> bool:
    if listener.family != socket.AF_INET6:
        return False
    return bool(listener.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY))


def _own_address() -> str:
    """Return this machine's address in its network; "" where it has none that others can use."""
    if any(mark.exists() for mark in IN_CONTAINER):
        return ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return ""
        host = str(probe.getsockname()[0])
    return "" if ip_address(host).is_loopback else host
