"""What the engine refuses to do, each as one sentence that says what to do instead."""

from __future__ import annotations

from adbench.errors import AdbenchError


class EngineError(AdbenchError):
    """Base of the engine's errors."""


class NoRule(EngineError):
    """A function without a derivative rule was called with a traced array.

    Args:
        name: the function as the user wrote it, e.g. "numpy.exp".
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has no derivative rule and was called with an array that is being differentiated; "
            "use its counterpart in adbench.engine.numpy, or declare one with adbench.engine.primitive "
            "or adbench.engine.custom_vjp"
        )
        self.name = name


class NoForwardRule(EngineError):
    """Forward mode of a function that was given a rule for reverse mode only.

    Args:
        name: the function that was given to `custom_vjp`.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has a custom vjp and no custom jvp, so it has no forward mode; "
            "give custom_vjp a jvp, or use reverse mode"
        )
        self.name = name


class NotDifferentiable(EngineError):
    """An input whose type has no derivative: integers, booleans, strings, objects."""


class NotScalar(EngineError):
    """`grad` of a function whose value is not a scalar."""


class ShapeMismatch(EngineError):
    """A tangent or cotangent that lacks the shape of its primal."""


class ValueIsTraced(EngineError):
    """A traced array was asked for what only a plain array has: a Python float, a buffer, assignment."""


class NotRecorded(EngineError):
    """A stand-in of `compile` was asked for what only an array with entries has; see `compile/errors.py`."""


class TraceEnded(EngineError):
    """A traced array was kept after the function that it was an input of had returned."""
