"""Which remotes may be fetched from, with which protocol switched on, and how the token gets there. Pure."""

import base64
import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from integrations.git.errors import UnsafeRemote

_MAX_REMOTE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Remote:
    """A checked remote. `protocol` is the only one git may speak while it fetches from here."""

    url: str
    protocol: str
    header: str = field(default="", repr=False)

    @property
    def local_path(self) -> Path | None:
        return Path(self.url) if self.protocol == "file" else None

    def config(self) -> dict[str, str]:
        """Git settings that carry the token; they travel in the environment, where `ps` does not show them."""
        if not self.header:
            return {}
        parts = urlsplit(self.url)
        return {f"http.{parts.scheme}://{parts.netloc}/.extraHeader": self.header}


def checked_remote(remote: str, *, token: str | None = None) -> Remote:
    """The remote, or UnsafeRemote. A token is only ever sent over https or to this machine."""
    if not remote.isprintable() or len(remote) > _MAX_REMOTE_LENGTH:
        raise UnsafeRemote
    if remote.startswith("/"):
        return _local(remote)
    try:
        parts = urlsplit(remote)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UnsafeRemote from None
    if parts.scheme == "file" and not parts.netloc:
        return _local(parts.path)
    allowed = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host or ""))
    if not allowed or not host or "@" in parts.netloc or parts.query or parts.fragment or "\\" in remote:
        raise UnsafeRemote
    return Remote(remote, parts.scheme, _authorization(token) if token else "")


def _local(path: str) -> Remote:
    if not path.startswith("/") or path.startswith("//"):
        raise UnsafeRemote
    return Remote(path, "file")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _authorization(token: str) -> str:
    if not token.isascii() or not token.isprintable():
        raise UnsafeRemote("The token is not one line of printable text.")
    return "Authorization: Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()
