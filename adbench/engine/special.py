"""Special functions, under SciPy's names and with its keywords."""

from __future__ import annotations

from adbench.engine.rules.elementwise import expit, log_expit
from adbench.engine.rules.softmax import log_softmax, logsumexp, softmax

__all__ = ["expit", "log_expit", "log_softmax", "logsumexp", "softmax"]
