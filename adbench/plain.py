"""The namespace `xp` of NumPy itself: what values are computed with where nothing is differentiated."""

from __future__ import annotations

from typing import Any

import numpy as np

from adbench import engine
from adbench.namespace import Namespace


def _undifferentiated(f: Any, vjp: Any, jvp: Any = None) -> Any:
    return f


NAMESPACE = Namespace(
    "NumPy",
    np,
    {
        "fft": Namespace("NumPy's fft", np.fft, {}),
        # NumPy sorts in ascending order alone.
        "sort": engine.numpy.sort,
        "argsort": engine.numpy.argsort,
        "linalg": Namespace(
            "NumPy's linalg",
            np.linalg,
            {name: getattr(engine.numpy.linalg, name) for name in ("expm", "solve_triangular", "cho_solve")},  # SciPy's
        ),
        "special": Namespace("NumPy's special", engine.numpy.special, {}),
        "nn": Namespace("NumPy's nn", engine.nn, {}),
        "ad": Namespace("NumPy", None, {"custom_vjp": _undifferentiated}),
    },
)
