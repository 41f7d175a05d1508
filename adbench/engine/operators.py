"""What makes a traced array look like an array: operators both ways round, attributes, methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from adbench.engine.batch_operators import is_plain_batch, of_function, of_ufunc, stand_in
from adbench.engine.core import Array, Tracer, plain
from adbench.engine.dispatch import SCALARS
from adbench.engine.errors import NoRule, ValueIsTraced
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules import elementwise, indexing, product, reduction, shape
from adbench.engine.rules.elementwise import divide, reciprocal

# fmt: off
BINARY = {
    "add": (np.add, elementwise.add),             "sub":    (np.subtract, elementwise.subtract),
    "mul": (np.multiply, elementwise.multiply),   "truediv": (np.divide, elementwise.divide),
    "pow": (np.power, elementwise.power),         "matmul": (np.matmul, product.matmul),
    "mod": (np.remainder, elementwise.remainder),
}
COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "eq": np.equal, "ne": np.not_equal,
}
UNARY = {"neg": elementwise.negative, "pos": elementwise.positive, "abs": elementwise.abs}
# fmt: on

OF_UFUNC: dict[Any, Callable[..., Any]] = dict(BINARY.values())
OF_UFUNC |= {ufunc: piecewise_constant(ufunc) for ufunc in COMPARISONS.values()}


def reflected(op: Callable[..., Any]) -> Callable[..., Any]:
    """`op` with its operands the other way round."""
    return lambda y, x: op(x, y)


def divided_into(y: Array, x: Array) -> Array:
    """`x / y`; the reciprocal, which is common, costs less than a division."""
    return reciprocal(y) if x.__class__ in SCALARS and x == 1 else divide(x, y)


# Where x ∘ y = y ∘ x to the bit, or where another function does it faster.
REFLECTED = {"add": elementwise.add, "mul": elementwise.multiply, "truediv": divided_into}


def array_ufunc(self: Tracer, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """What NumPy calls for `ndarray * traced`, which is fine, and for `np.exp(traced)`, which is not."""
    op = OF_UFUNC.get(ufunc)
    if op is not None and method == "__call__" and not options:
        return op(*inputs)
    if is_plain_batch(inputs) and "out" not in options:
        return of_ufunc(ufunc, method, inputs, options)
    if "out" in options:
        raise ValueIsTraced(
            f"numpy.{ufunc.__name__} cannot write a traced array into a NumPy array; "
            "write `a = a + x` instead of `a += x`"
        )
    raise NoRule(f"numpy.{ufunc.__name__}")


def array_function(self: Tracer, function: Any, types: Any, args: Any, options: Any) -> Any:
    """What NumPy calls for `np.shape(traced)`, which is fine, and for `np.sum(traced)`, which is not."""
    if function in (np.shape, np.ndim, np.size, np.result_type):
        return function(*[stand_in(a) for a in args], **options)
    if is_plain_batch((args, options)):
        return of_function(function, args, options)
    raise NoRule(f"{function.__module__}.{function.__name__}")


def no_array(self: Tracer, *args: Any, **options: Any) -> NoReturn:
    """What NumPy calls to turn a traced array into a plain one."""
    raise ValueIsTraced(
        "NumPy asked for the entries of a traced array; use the functions of adbench.engine.numpy, "
        "or stop_gradient(x) for the values without their derivative"
    )


def no_number(self: Tracer) -> NoReturn:
    """What Python calls for `float(x)`, `int(x)` and `complex(x)`."""
    raise ValueIsTraced(
        "a traced array has no plain Python number: its derivative would be lost; keep it an array, "
        "or take float(stop_gradient(x)) for the value without its derivative"
    )


def no_assignment(self: Tracer, index: Any, value: Any) -> NoReturn:
    """What Python calls for `x[index] = value`."""
    raise ValueIsTraced("a traced array cannot be assigned to; build a new one with where, concat or stack")


def iterate(self: Tracer) -> Iterator[Array]:
    """The slices along the first axis."""
    return iter([self[i] for i in range(len(self))])  # type: ignore[index]


def length(self: Array) -> int:
    """The length of the first axis."""
    if not self.shape:
        raise TypeError("len() of an array without axes")
    return int(self.shape[0])


def reshaped(self: Array, *shape_: Any) -> Array:
    """`x.reshape(2, 3)` and `x.reshape((2, 3))`."""
    return shape.reshape(self, shape_[0] if len(shape_) == 1 else shape_)


def transposed(self: Array) -> Array:
    """`x.T`."""
    return shape.matrix_transpose(self) if self.ndim == 2 else shape.permute_dims(self)


METHODS: dict[str, Callable[..., Any]] = {
    "__array_ufunc__": array_ufunc,
    "__array_function__": array_function,
    "__array__": no_array,
    "__float__": no_number,
    "__int__": no_number,
    "__complex__": no_number,
    "__setitem__": no_assignment,
    "__getitem__": indexing.getitem,
    "__iter__": iterate,
    "__len__": length,
    "__bool__": lambda x: bool(plain(x)),
    "__repr__": lambda x: f"{type(x).__name__}(level={x.level}, value={x.value!r})",
    "reshape": reshaped,
    "sum": reduction.sum,
    "mean": reduction.mean,
    "astype": shape.astype,
    "broadcast_to": shape.broadcast_to,
}
ATTRIBUTES: dict[str, Callable[..., Any]] = {
    "shape": lambda x: x.value.shape,
    "ndim": lambda x: x.value.ndim,
    "size": lambda x: x.value.size,
    "dtype": lambda x: x.value.dtype,
    "device": lambda x: "cpu",
    "T": transposed,
    "mT": shape.matrix_transpose,
}


def install() -> None:
    """Give `Tracer` everything above; a rule as a method is called without a detour."""
    for name, (_, op) in BINARY.items():
        setattr(Tracer, f"__{name}__", op)
        setattr(Tracer, f"__r{name}__", REFLECTED.get(name) or reflected(op))
    for name, ufunc in COMPARISONS.items():
        setattr(Tracer, f"__{name}__", OF_UFUNC[ufunc])
    for name, op in (*METHODS.items(), *((f"__{name}__", op) for name, op in UNARY.items())):
        setattr(Tracer, name, op)
    for name, read in ATTRIBUTES.items():
        setattr(Tracer, name, property(read))
    Tracer.__hash__ = None  # type: ignore[assignment]  # as for NumPy arrays, since == compares entries


install()
