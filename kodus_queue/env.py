"""Typed readers of environment variables.

Each names the variable and the accepted values when it refuses. A secret may be given as `NAME` or, for
container secrets, as a path in `NAME_FILE`.
"""

import os
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
MAX_PRICE = 10_000


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, *, default: bool) -> bool:
    text = env_str(name).lower()
    if text and text not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {text!r}; use one of {sorted(TRUE | FALSE)}")
    return text in TRUE if text else default


def env_int(name: str, default: int, *, minimum: int = 0) -> int:
    text = env_str(name, str(default))
    try:
        number = int(text)
    except ValueError as exc:
        raise ImproperlyConfigured(f"{name} is {text!r}; use a whole number") from exc
    if number < minimum:
        raise ImproperlyConfigured(f"{name} is {number}; the least is {minimum}")
    return number


def env_price(name: str) -> Decimal | None:
    """A price, in whatever currency; None when none is set."""
    text = env_str(name)
    if not text:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal("NaN")
    if not (price.is_finite() and 0 <= price <= MAX_PRICE):
        raise ImproperlyConfigured(f"{name} is {text!r}; use a number from 0 to {MAX_PRICE}, such as 0.25")
    return price


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_str(name, default).split(",") if part.strip()]


def env_secret(name: str, default: str = "") -> str:
    """The variable, or the content of the file named by `<name>_FILE`."""
    path = env_str(f"{name}_FILE")
    if not path:
        return env_str(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as exc:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {exc.strerror}") from exc


def postgres_settings(url: str) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name`.

    A socket directory is given as `?host=/path`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL has scheme {parts.scheme!r}; use postgresql://user:password@host/name"
        )
    socket_directory = parts.query.removeprefix("host=") if parts.query.startswith("host=") else ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(socket_directory) or parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
