"""Special functions, under SciPy's names and with its keywords."""

from __future__ import annotations

from typing import Any

from adbench.engine.errors import no_such_name
from adbench.engine.rules.elementwise import expit, log_expit
from adbench.engine.rules.softmax import log_softmax, logsumexp, softmax

__all__ = ["expit", "log_expit", "log_softmax", "logsumexp", "softmax"]


def __getattr__(name: str) -> Any:
    """Say what is missing."""
    raise no_such_name("adbench.engine.special", name)
