"""The HTTP proxy on the way to a model, as the environment names it.

``http_proxy``, ``https_proxy``, ``all_proxy`` and ``no_proxy``, in small letters or capitals, and
what the operating system has set. Addresses of this machine and of private networks are never sent
through a proxy.
"""

import urllib.request
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import structlog

from synthetic_soul.errors import Misconfigured
from synthetic_soul.networks import PRIVATE_NETWORKS, is_within, read_address, read_networks

SUPPORTED: Final = frozenset({"http", "https"})
_LOCAL_ENDINGS: Final = (".local", ".localhost", ".internal", ".lan", ".home.arpa")

log = structlog.get_logger()


def proxy_for(url: str) -> str | None:
    """Return the proxy for requests to ``url``; None where there is none, or none is needed.

    ``Misconfigured`` names a variable whose proxy cannot be used, never its value.
    """
    target = urlsplit(url)
    host = target.hostname or ""
    proxies = urllib.request.getproxies()
    name = next((each for each in (target.scheme, "all") if proxies.get(each)), "")
    if not name:
        return None
    proxy = proxies[name]
    problem = fault(proxy)
    if is_local(host):
        if problem:
            log.warning("proxy_ignored", setting=f"{name}_proxy", because=problem)
        return None
    if _is_excepted(host, target.port, proxies.get("no", "")):
        return None
    if problem:
        raise Misconfigured(
            f"{name}_proxy {problem}, and {host} would be reached through it: set it to the "
            f"address of an HTTP proxy, such as http://127.0.0.1:3128, or put {host} into no_proxy"
        )
    return proxy if "://" in proxy else f"http://{proxy}"


def fault(proxy: str) -> str:
    """Return why a proxy cannot be used; "" if it can."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        if parts.scheme.lower() not in SUPPORTED:
            return f"names a proxy of the kind {parts.scheme[:12]}, which is not supported"
        is_valid = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    return "" if is_valid else "is no address of a proxy"


def is_local(host: str) -> bool:
    """Return whether a host is this machine or within a private network, by its name alone."""
    address = read_address(host.partition("%")[0])
    if address is not None:
        return address.is_unspecified or is_within(address, PRIVATE_NETWORKS)
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith(_LOCAL_ENDINGS)


def _is_excepted(host: str, port: int | None, exceptions: str) -> bool:
    """Return whether ``no_proxy`` excepts a host: by name, domain, port, address or network."""
    for exception in exceptions.replace(" ", ",").split(","):
        if exception == "*" or (exception and _matches(host, port, exception.lower())):
            return True
    return False


def _matches(host: str, port: int | None, exception: str) -> bool:
    address = read_address(host)
    if address is not None:
        with suppress(ValueError):
            return is_within(address, read_networks(exception))
    name, _, wanted_port = exception.rpartition("://")[2].rstrip("/").partition(":")
    if wanted_port and wanted_port != str(port or 443):
        return False
    domain = name.removeprefix("*").removeprefix(".")
    return bool(domain) and (host.lower() == domain or host.lower().endswith(f".{domain}"))
