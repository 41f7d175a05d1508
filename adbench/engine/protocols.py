"""What NumPy calls when one of its own functions meets a traced array: the engine's rule, or one clear sentence.

`np.exp(x)` and `np.sum(x, axis=0)` go to the engine's `exp` and `sum`. A function that the engine lacks, and an
argument that its counterpart does not take, such as `where=`, raise `NoRule`; nothing is ever computed without its
derivative.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from adbench.engine import numpy
from adbench.engine.batch_operators import is_plain_batch, of_function, of_ufunc, stand_in
from adbench.engine.core import Tracer
from adbench.engine.errors import NoRule, ValueIsTraced
from adbench.engine.numpy_names import ufuncs
from adbench.engine.primitive import piecewise_constant
from adbench.engine.rules import elementwise, parts, product

Function = Callable[..., Any]
namespace: Any = numpy  # whose names are made at run time

# Whose arguments are NumPy's, as far as they go: what goes further does not bind, and is refused.
SAME = f"""
    argsort broadcast_arrays broadcast_to clip cumprod cumsum cumulative_prod cumulative_sum diff expand_dims flip
    imag kron matrix_transpose max mean meshgrid min moveaxis prod real repeat roll sinc sort squeeze
    stack std sum swapaxes take_along_axis tensordot tril triu unstack var where
    {" ".join([*namespace.BEYOND.values(), *namespace.ALSO])}
"""
LINALG = """
    cholesky cross det diagonal eigh eigvalsh inv matmul matrix_norm matrix_power matrix_rank matrix_transpose multi_dot
    norm outer pinv qr slogdet solve svd svdvals tensordot trace vecdot vector_norm
"""
FFT = "fft fftn fftshift hfft ifft ifftn ifftshift ihfft irfft irfftn rfft rfftn"
PLAIN = f"{namespace.PLAIN} allclose isclose ndim round"


OF_UFUNC: dict[Any, Function] = {
    getattr(np, name): op
    for rules in (elementwise, ufuncs)
    for name, op in vars(rules).items()
    if isinstance(getattr(np, name, None), np.ufunc)
}
OF_UFUNC |= {np.conj: parts.conj, np.matmul: product.matmul, np.vecdot: product.vecdot}
OF_UFUNC |= {
    ufunc: piecewise_constant(ufunc)
    for ufunc in (getattr(np, name) for name in PLAIN.split())
    if isinstance(ufunc, np.ufunc)
}
OF_FUNCTION: dict[Any, Function] = {getattr(np, name): getattr(namespace, name) for name in SAME.split()}
OF_FUNCTION |= {getattr(np.linalg, name): getattr(namespace.linalg, name) for name in LINALG.split()}
OF_FUNCTION |= {getattr(np.fft, name): getattr(namespace.fft, name) for name in FFT.split()}
OF_FUNCTION |= {
    function: piecewise_constant(function)
    for function in (getattr(np, name) for name in PLAIN.split())
    if not isinstance(function, np.ufunc)
}


def array_ufunc(self: Tracer, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
    """What NumPy calls for `ndarray * traced` and for `np.exp(traced)`."""
    op = OF_UFUNC.get(ufunc)
    if op is not None and method == "__call__" and not options:
        return op(*inputs)
    if is_plain_batch(inputs) and "out" not in options:
        return of_ufunc(ufunc, method, inputs, options)
    if options.get("out"):
        raise ValueIsTraced(
            f"numpy.{ufunc.__name__} cannot write a traced array into a NumPy array; write `a = a + x` instead of "
            "`a += x`, and build arrays with where, concat or stack instead of out="
        )
    if method != "__call__":
        raise NoRule(f"numpy.{ufunc.__name__}.{method}")
    if op is None:
        module = "numpy." if getattr(np, ufunc.__name__, None) is ufunc else "the ufunc "
        raise NoRule(f"{module}{ufunc.__name__}")
    raise NoRule(f"numpy.{ufunc.__name__} with {'= and '.join(options)}=")


def array_function(self: Tracer, function: Any, types: Any, args: Any, options: Any) -> Any:
    """What NumPy calls for `np.sum(traced)`."""
    if function in (np.shape, np.ndim, np.size, np.result_type):
        return function(*[stand_in(a) for a in args], **options)
    if is_plain_batch((args, options)):
        return of_function(function, args, options)
    op = OF_FUNCTION.get(function)
    if op is None:
        raise NoRule(f"{function.__module__}.{function.__name__}")
    try:
        inspect.signature(op).bind(*args, **options)
    except TypeError as error:
        raise NoRule(f"{function.__module__}.{function.__name__} called so ({error})") from None
    return op(*args, **options)


def no_array(self: Tracer, *args: Any, **options: Any) -> NoReturn:
    """What NumPy calls to turn a traced array into a plain one."""
    raise ValueIsTraced(
        "NumPy asked for the entries of a traced array, which would lose its derivative; use the functions of "
        "adbench.engine.numpy, such as asarray and stack in place of np.array and a[i] = x, "
        f"or {self.plainly} for the values without their derivative"
    )
