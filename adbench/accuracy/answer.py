"""What a backend answers over a sweep: its values, and its derivatives by each operand through both modes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec
import numpy as np

from adbench.accuracy.sweep import points
from adbench.accuracy.table import FUNCTIONS, call
from adbench.backend import Backend
from adbench.case import Case
from adbench.errors import Unsupported, describe

Mode = Literal["value", "forward", "reverse"]


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """One array of answers.

    Attributes:
        operand: by which was differentiated; none for values.
        answers: float64 numbers as they lie in memory, which keeps the NaNs and infinities that JSON has not.
        message: why there are none.
    """

    mode: Mode
    operand: str = ""
    status: Literal["measured", "unsupported", "error", "crash", "timeout"] = "measured"
    answers: bytes = b""
    message: str = ""

    @property
    def array(self) -> np.ndarray:
        """The answers as an array."""
        return np.frombuffer(self.answers, dtype=np.float64)


def sweep(backend: Backend, name: str, dtype: str) -> list[Swept]:
    """All answers of a backend for a function of the table.

    The function is elementwise, so that a tangent of ones gives the derivative at every point at once, and so does
    a cotangent of ones.
    """
    function = FUNCTIONS[name]
    swept = dict(zip(function.operands, points(name, function, dtype), strict=True))
    size = len(next(iter(swept.values())))
    case = _case(name)

    def value() -> Any:
        f, primals = _bound(backend, case, swept, tuple(swept))
        return backend.prepare("primal", f, primals)(primals)

    def derivative(operator: str, operand: str) -> Any:
        f, primals = _bound(backend, case, swept, (operand,))
        ones = backend.asarray(np.ones(size, dtype=dtype))
        if operator == "jvp":
            return backend.prepare("jvp", f, primals)(primals, (ones,))[1]
        (x_bar,) = backend.prepare("vjp", f, primals)(primals, ones)[1]
        return x_bar

    def ask(mode: Mode, operand: str, question: Callable[[], Any]) -> Swept:
        try:
            answers = _as_float64(backend, question(), (size,))
        except Unsupported as error:
            return Swept(mode=mode, operand=operand, status="unsupported", message=describe(error))
        except Exception as error:
            return Swept(mode=mode, operand=operand, status="error", message=describe(error))
        return Swept(mode=mode, operand=operand, answers=answers.tobytes())

    operator_of: dict[Mode, str] = {"forward": "jvp", "reverse": "vjp"}
    return [
        ask(mode, operand, value if mode == "value" else lambda: derivative(operator_of[mode], operand))
        for mode, operand in questions(name)
    ]


def questions(name: str) -> list[tuple[Mode, str]]:
    """All that is asked about a function: its value, and its derivative by each operand in both modes."""
    modes: tuple[Mode, ...] = ("forward", "reverse")
    return [("value", ""), *((mode, operand) for operand in FUNCTIONS[name].operands for mode in modes)]


def _case(name: str) -> Case:
    """The function as adapters expect one."""
    operands = FUNCTIONS[name].operands

    def function(xp: Any, **given: Any) -> Any:
        return call(xp, name, *(given[operand] for operand in operands))

    return Case(name=f"accuracy.{name}", function=function, wrt=tuple(operands), sizes={"sweep": {}})


def _bound(
    backend: Backend, case: Case, swept: dict[str, np.ndarray], wrt: tuple[str, ...]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    arrays = {operand: backend.asarray(x) for operand, x in swept.items()}
    constants = {operand: x for operand, x in arrays.items() if operand not in wrt}
    return backend.bind(case, constants, wrt), tuple(arrays[operand] for operand in wrt)


def _as_float64(backend: Backend, answer: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The answer as float64, which holds every number of the dtypes.

    Raises:
        TypeError: it is not an array of real numbers of this shape.
    """
    array = np.asarray(backend.to_numpy(answer))
    if array.shape != shape or array.dtype.kind not in "fiub":
        raise TypeError(f"answered shape {array.shape} and dtype {array.dtype}, expected real numbers of shape {shape}")
    return array.astype(np.float64)
