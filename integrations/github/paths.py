"""Names that become paths of the API, checked first: nothing that was told to us may lead elsewhere. Pure."""

import re

OWNER = r"(?!\.)[A-Za-z0-9._-]{1,100}"
FULL_NAME = re.compile(rf"{OWNER}/(?!\.{{1,2}}(?:/|$))[A-Za-z0-9._-]{{1,100}}")


def repository_path(full_name: str) -> str:
    """Where "octo/app" is in the API; ValueError for what is no full name."""
    if not FULL_NAME.fullmatch(full_name):
        raise ValueError(f"{full_name!r} is no repository's full name, such as octo/app.")
    return f"/repos/{full_name}"
