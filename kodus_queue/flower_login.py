"""Who may look at Flower: one name and password, given by the environment, else made once in the state folder."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAME = "KODUS_FLOWER_LOGIN"


def flower_login() -> str:
    """`name:password`."""
    if not settings.FLOWER_LOGIN:
        return _made_once(login_file(settings.STATE_DIR))
    name, _, password = settings.FLOWER_LOGIN.partition(":")
    if not name or not password:
        raise ImproperlyConfigured(f"{NAME} is not of the form name:password")
    return str(settings.FLOWER_LOGIN)


def login_file(state_dir: Path) -> Path:
    return state_dir / "flower_login"


def _made_once(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"operator:{secrets.token_urlsafe(15)}\n")
    return path.read_text(encoding="ascii").strip()
