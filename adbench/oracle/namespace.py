"""The array namespace of the oracle: the standard's names over NumPy object arrays of jets.

Shapes, indexing and broadcasting are NumPy's own; arithmetic comes from the jets' operators.
"""

from __future__ import annotations

import math

import numpy as np

from adbench.namespace import Namespace
from adbench.oracle import fft, functions, holomorphic, linalg, nn, special
from adbench.oracle.ad import AD
from adbench.oracle.arrays import elementwise, jets
from adbench.oracle.elementwise import (
    OF_TRUTH,
    QUESTIONS,
    STEPS,
    clip,
    floor_divide,
    identity,
    logical,
    remainder,
)
from adbench.oracle.order import ORDER
from adbench.oracle.reductions import REDUCTIONS, sum_
from adbench.oracle.shapes import COMPLEX, FLOAT, SHAPES

__all__ = ["LINALG", "NAMESPACE", "SPECIAL", "jets"]

# Names by what becomes of them here.
AS_IN_NUMPY = (
    "add", "subtract", "multiply", "divide", "negative", "matmul",
    "greater", "greater_equal", "less", "less_equal", "equal", "not_equal",
)  # fmt: skip
OF_TWO = ("atan2", "hypot", "logaddexp", "copysign", "maximum", "minimum")
OF_ONE = ("sqrt", "square", "sign")
ONLY_SPECIAL = ("expit", "log_expit")  # of the table of elementary functions, the standard has the others

_conj = elementwise(holomorphic.conj, 1)

LINALG = Namespace(
    "the oracle's linalg",
    None,
    {name: getattr(linalg, name) for name in linalg.__all__ if name.islower()},  # the others are result types
)

FFT = Namespace("the oracle's fft", None, fft.FFT)

SPECIAL = Namespace("the oracle's special", None, special.SPECIAL)

NAMESPACE = Namespace(
    "the oracle",
    None,
    {
        **{name: elementwise(function, 1) for name, function in functions.TABLE.items() if name not in ONLY_SPECIAL},
        **{name: elementwise(getattr(functions, name), 1) for name in OF_ONE},
        **{name: elementwise(getattr(functions, name), 2) for name in OF_TWO},
        **{name: elementwise(function, 1) for name, function in STEPS.items()},
        **{name: getattr(np, name) for name in AS_IN_NUMPY},
        **{name: logical(getattr(np, name)) for name in OF_TRUTH},
        **QUESTIONS,
        **REDUCTIONS,
        **SHAPES,
        **ORDER,
        "abs": np.abs,
        "pow": elementwise(functions.power, 2),
        "kron": linalg.kron,
        "sinc": elementwise(special.OF_ONE["sinc"], 1),
        "floor_divide": elementwise(floor_divide, 2),
        "remainder": elementwise(remainder, 2),
        "clip": clip,
        "positive": identity,
        **{name: elementwise(getattr(holomorphic, name), 1) for name in ("real", "imag", "conj")},
        "vecdot": lambda x, y, /, *, axis=-1: sum_(_conj(x) * y, axis=axis),
        "pi": math.pi,
        "e": math.e,
        "inf": math.inf,
        "nan": math.nan,
        "newaxis": None,
        "float64": FLOAT,
        "float32": FLOAT,
        "int64": np.dtype(np.int64),
        "int32": np.dtype(np.int32),
        "bool": np.dtype(np.bool_),
        "complex128": COMPLEX,
        "complex64": COMPLEX,
        "linalg": LINALG,
        "fft": FFT,
        "special": SPECIAL,
        "nn": Namespace("the oracle's nn", None, nn.NN),
        "ad": Namespace("the oracle's ad", None, AD),
    },
)
