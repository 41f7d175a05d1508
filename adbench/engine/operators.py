"""What makes a traced array look like an array: operators both ways round, attributes, methods."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from adbench.engine import numpy as namespace
from adbench.engine import protocols
from adbench.engine.core import Array, Tracer, plain
from adbench.engine.dispatch import SCALARS
from adbench.engine.errors import ValueIsTraced
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules import elementwise, indexing, moments, parts, product, reduction, scans, shape, softmax
from adbench.engine.rules.elementwise import divide, reciprocal

# fmt: off
BINARY: dict[str, Callable[..., Any]] = {
    "add": elementwise.add,       "sub": elementwise.subtract,  "mul": elementwise.multiply,
    "truediv": elementwise.divide, "pow": elementwise.power,    "mod": elementwise.remainder,
    "matmul": product.matmul,
}
COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
}
UNARY: dict[str, Callable[..., Any]] = {
    "neg": elementwise.negative, "pos": elementwise.positive, "abs": elementwise.abs,
}
# fmt: on


def reflected(op: Callable[..., Any]) -> Callable[..., Any]:
    """`op` with its operands the other way round."""
    return lambda y, x: op(x, y)


def divided_into(y: Array, x: Array) -> Array:
    """`x / y`; the reciprocal, which is common, costs less than a division."""
    return reciprocal(y) if x.__class__ in SCALARS and x == 1 else divide(x, y)


# Where x ∘ y = y ∘ x to the bit, or where another function does it faster.
REFLECTED = {"add": elementwise.add, "mul": elementwise.multiply, "truediv": divided_into}


def no_number(self: Tracer, *args: Any) -> NoReturn:
    """What Python calls for `float(x)`, `int(x)`, `complex(x)`, `math.sin(x)`, `range(x)`; NumPy for `a[0] = x`."""
    raise ValueIsTraced(
        "a traced array cannot become a plain Python number or an entry of a NumPy array, which would lose its "
        "derivative; keep it an array, with the functions of adbench.engine.numpy in place of math's and with stack in "
        f"place of a[i] = x, or take float({self.plainly}) for the value without its derivative"
    )


def no_assignment(self: Tracer, *args: Any) -> NoReturn:
    """What Python calls for `x[index] = value` and `del x[index]`."""
    raise ValueIsTraced(
        "a traced array cannot be assigned to; build a new one with where, concat or stack, "
        "such as x = xp.where(mask, value, x)"
    )


def no_pickle(self: Tracer, protocol: Any = None) -> NoReturn:
    """What pickle calls, and so does sending a task to another process."""
    raise ValueIsTraced(
        f"a traced array cannot be pickled or sent to another process, which would lose its derivative; "
        f"take {self.plainly} for the values without their derivative"
    )


OF_TENSOR = "only a Tensor has one; of a function that is being differentiated take grad or vjp"
ADVICE = {
    **dict.fromkeys(("backward", "data", "grad", "zero_grad"), OF_TENSOR),
    **dict.fromkeys(("item", "tolist"), "its derivative would be lost; take that of stop_gradient(x)"),
    **dict.fromkeys(("fill", "put", "resize", "sort"), "it cannot be changed; use where, concat or stack"),
    "dot": "write x @ y",
}


def lacking(name: str) -> property:
    """An attribute of NumPy's arrays that a traced one lacks: `hasattr` is false, and using it says what to do.

    Not by `__getattr__`, with which Python would read every attribute of the class more slowly.
    """
    advice = ADVICE.get(name) or (
        f"use adbench.engine.numpy.{name}" if hasattr(namespace, name) else "see adbench.engine.numpy for what there is"
    )
    message = f"a traced array has no attribute {name!r}; {advice}"

    def read(self: Tracer) -> NoReturn:
        raise AttributeError(message, name=name, obj=self)

    return property(read)


def truth(self: Tracer) -> bool:
    """What Python calls for `if x`: the values decide."""
    x = plain(self)
    if x.size != 1:
        raise ValueIsTraced(
            f"an array of shape {x.shape} is neither true nor false; use any or all of adbench.engine.numpy "
            "to decide on it, or where to choose entry by entry"
        )
    return bool(x)


def iterate(self: Tracer) -> Iterator[Array]:
    """The slices along the first axis."""
    return iter([self[i] for i in range(len(self))])  # type: ignore[index]


def length(self: Array) -> int:
    """The length of the first axis."""
    if not self.shape:
        raise TypeError("an array without axes, shape (), has no length and cannot be iterated over")
    return int(self.shape[0])


def reshaped(self: Array, *shape_: Any) -> Array:
    """`x.reshape(2, 3)` and `x.reshape((2, 3))`."""
    return shape.reshape(self, shape_[0] if len(shape_) == 1 else shape_)


def transposed(self: Array) -> Array:
    """`x.T`."""
    return shape.matrix_transpose(self) if self.ndim == 2 else shape.permute_dims(self)


def transpose(self: Array, *axes: Any) -> Array:
    """`x.transpose()`, `x.transpose(1, 0)` and `x.transpose((1, 0))`."""
    return shape.permute_dims(self, (axes[0] if len(axes) == 1 else axes) or None)


def relu(x: Array) -> Array:
    """max(x, 0), with derivative 0 at 0."""
    return elementwise.where(x > 0, x, 0.0)


NAMED_AS_FUNCTIONS = """
    exp exp2 expm1 log log10 log1p log2 sin cos tan asin acos atan sinh cosh tanh sqrt square maximum minimum clip
"""
METHODS: dict[str, Callable[..., Any]] = {
    "__array_ufunc__": protocols.array_ufunc,
    "__array_function__": protocols.array_function,
    "__array__": protocols.no_array,
    "__float__": no_number,
    "__int__": no_number,
    "__complex__": no_number,
    "__index__": no_number,
    "__setitem__": no_assignment,
    "__delitem__": no_assignment,
    "__copy__": lambda x: x,  # a copy would be unknown to the tape
    "__deepcopy__": lambda x, memo: x,
    "__reduce_ex__": no_pickle,
    "__round__": lambda x, digits=0: np.round(plain(x), digits),
    "__getitem__": indexing.getitem,
    "__iter__": iterate,
    "__len__": length,
    "__bool__": truth,
    "__repr__": lambda x: f"{type(x).__name__}(level={x.level}, value={x.value!r})",
    "__format__": lambda x, spec: format(plain(x), spec) if spec else str(x),
    "__floordiv__": piecewise_constant(operator.floordiv),
    "__rfloordiv__": reflected(piecewise_constant(operator.floordiv)),
    "all": piecewise_constant(np.all),
    "any": piecewise_constant(np.any),
    "argmax": piecewise_constant(np.argmax),
    "argmin": piecewise_constant(np.argmin),
    "argsort": piecewise_constant(np.argsort),
    "astype": shape.astype,
    "broadcast_to": shape.broadcast_to,
    "conj": parts.conj,
    "conjugate": parts.conj,
    "copy": elementwise.positive,
    "cumprod": scans.cumprod,
    "cumsum": scans.cumsum,
    "flatten": lambda x: shape.reshape(x, (-1,)),
    "max": reduction.max,
    "mean": reduction.mean,
    "min": reduction.min,
    "prod": reduction.prod,
    "ravel": lambda x: shape.reshape(x, (-1,)),
    "relu": relu,
    "reshape": reshaped,
    "sigmoid": elementwise.expit,
    "softmax": softmax.softmax,
    "logsumexp": softmax.logsumexp,
    "squeeze": shape.squeeze,
    "std": moments.std,
    "sum": reduction.sum,
    "transpose": transpose,
    "var": moments.var,
    **{name: getattr(elementwise, name) for name in NAMED_AS_FUNCTIONS.split()},
}
ATTRIBUTES: dict[str, Callable[..., Any]] = {
    "shape": lambda x: x.value.shape,
    "ndim": lambda x: x.value.ndim,
    "size": lambda x: x.value.size,
    "dtype": lambda x: x.value.dtype,
    "device": lambda x: "cpu",
    "real": parts.real,
    "imag": parts.imag,
    "T": transposed,
    "mT": shape.matrix_transpose,
}


def install() -> None:
    """Give `Tracer` everything above; a rule as a method is called without a detour."""
    for name, op in BINARY.items():
        setattr(Tracer, f"__{name}__", op)
        setattr(Tracer, f"__r{name}__", REFLECTED.get(name) or reflected(op))
    for name, ufunc in COMPARISONS.items():
        setattr(Tracer, f"__{name}__", protocols.OF_UFUNC[ufunc])
    for name, op in (*METHODS.items(), *((f"__{name}__", op) for name, op in UNARY.items())):
        setattr(Tracer, name, op)
    for name, read in ATTRIBUTES.items():
        setattr(Tracer, name, property(read))
    for name in (*dir(np.ndarray), *ADVICE):
        if not name.startswith("_") and not hasattr(Tracer, name):
            setattr(Tracer, name, lacking(name))
    Tracer.__hash__ = None  # type: ignore[assignment]  # as for NumPy arrays, since == compares entries


install()
