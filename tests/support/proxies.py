"""Real proxies in front of a server: nginx and Caddy, as their packages ship them."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from typing_extensions import override

from tests.support.servers import Server

DAYS = "30"


class Nginx(Server):
    """nginx with the given ``server`` blocks; it compresses whatever it is not told to leave."""

    program = "nginx"

    def __init__(self, folder: Path, blocks: str, port: int) -> None:
        super().__init__(folder)
        self.port = port
        self._blocks = blocks

    @override
    def command(self) -> list[str]:
        config = self.folder / "nginx.conf"
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config.write_text(
            f"pid {self.folder}/pid;\nerror_log stderr warn;\n"
            "master_process off;\n"  # one process, which ends whole
            "events { worker_connections 512; }\n"
            f"http {{\naccess_log off;\n{temporary}\n"
            "gzip on;\ngzip_proxied any;\ngzip_types *;\ngzip_min_length 1;\n"
            f"{self._blocks}\n}}\n"
        )
        folder = str(self.folder)
        return [str(self._binary), "-p", folder, "-c", str(config), "-g", "daemon off;"]

    @override
    def ready(self) -> bool:
        return _listens(self.port)


class Caddy(Server):
    """Caddy with the given sites; its own files stay in ``folder``."""

    program = "caddy"

    def __init__(self, folder: Path, sites: str, port: int) -> None:
        super().__init__(folder)
        self.port = port
        self._sites = sites

    @override
    def command(self) -> list[str]:
        config = self.folder / "Caddyfile"
        options = "admin off\nauto_https disable_redirects\nskip_install_trust\n"
        options += f"storage file_system {self.folder}/kept\n"
        config.write_text(f"{{\n{options}}}\n{self._sites}\n")
        return [str(self._binary), "run", "--config", str(config), "--adapter", "caddyfile"]

    @override
    def ready(self) -> bool:
        return _listens(self.port)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Return a new certificate that nobody vouches for, and its key; skips without openssl."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl on PATH to make a certificate")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = [
        *(program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *(
            "-nodes",
            "-days",
            DAYS,
            "-subj",
            "/CN=soul.test",
            "-addext",
            "subjectAltName=DNS:*.test",
        ),
        *("-keyout", str(key), "-out", str(certificate)),
    ]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words
    return certificate, key
