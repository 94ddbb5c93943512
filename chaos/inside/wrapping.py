"""Replace a function of the service by a wrapped one, where the service looks it up."""

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any

Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]


def wrap(target: str, wrapper: Wrapper) -> None:
    """`target` is "module:attribute" or "module:Class.attribute"."""
    owner, name = _found(target)
    inner = getattr(owner, name)
    setattr(owner, name, functools.wraps(inner)(wrapper(inner)))


def replace(target: str, value: Any) -> None:
    owner, name = _found(target)
    getattr(owner, name)  # what is replaced exists
    setattr(owner, name, value)


def _found(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    owner: Any = import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, name
