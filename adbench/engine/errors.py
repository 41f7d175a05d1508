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
            f"{name} has no derivative rule and was called with an array that is being differentiated; write it in "
            "functions of adbench.engine.numpy, or give a function a rule: adbench.engine.custom_vjp(f, rule) with "
            "rule(y_bar, y, *primals), or adbench.engine.primitive for both modes"
        )
        self.name = name


class NoRuleBy(NoRule):
    """A function was differentiated by an operand for which it has no rule, such as the order of a Bessel function.

    Args:
        name: the function.  operand: what it was differentiated by.
    """

    def __init__(self, name: str, operand: str) -> None:
        EngineError.__init__(
            self,
            f"{name} has no derivative rule by {operand}, only by its other operands; "
            f"stop_gradient({operand}) takes it for a constant, and adbench.engine.custom_vjp can declare a rule",
        )
        self.name = name


class NotDetermined(NoRule):
    """A derivative of a result that is one choice among many, so that it has none.

    Args:
        name: the function, as it was called.
        what: what is chosen, and among what.
        instead: what to call for what is determined.
    """

    def __init__(self, name: str, what: str, instead: str) -> None:
        EngineError.__init__(
            self,
            f"{name} has no derivative: {what}, and any choice is as good as another; "
            f"take {instead}, or stop_gradient(x) for values without a derivative",
        )
        self.name = name


class ScipyNotInstalled(EngineError):
    """A special function was called whose values are SciPy's, which is not installed.

    Args:
        name: the function.
    """

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the values of adbench.engine.numpy.special.{name} are SciPy's, and SciPy is not installed; "
            'pip install "adbench-suite[special]"'
        )
        self.name = name


def no_such_name(module: str, name: str) -> AttributeError:
    """The error of a look-up in one of the engine's namespaces; an AttributeError, as of any module."""
    return AttributeError(
        f"{module} has no {name!r}: the engine has no derivative rule for it; "
        "to give a function one, see adbench.engine.custom_vjp and adbench.engine.primitive"
    )


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


class StructureMismatch(EngineError):
    """A tree of tangents or cotangents that is not nested as its primals are, or as many as there are primals."""


class ValueIsTraced(EngineError):
    """A traced array was asked for what only a plain array has: a Python float, a buffer, assignment."""


class ExamplesDiffer(ValueIsTraced):
    """A batch was asked for what each of its examples has for itself; `vmap` then takes them one at a time.

    Args:
        message: what was asked for, and what to do.
        level: the level of the batch.
    """

    def __init__(self, message: str, level: int) -> None:
        super().__init__(message)
        self.level = level


class BatchTooLarge(EngineError):
    """A batch took more bytes than it was allowed; whoever set the limit takes fewer examples at a time.

    Args:
        level: the level of the batch.
    """

    def __init__(self, level: int) -> None:
        super().__init__("a batch took more bytes than it was allowed")
        self.level = level


class NotRecorded(EngineError):
    """A stand-in of `compile` was asked for what only an array with entries has; see `compile/errors.py`."""


class TraceEnded(EngineError):
    """A traced array was kept after the function that it was an input of had returned."""


class CannotDraw(EngineError):
    """A graph that cannot be drawn: Graphviz is missing, or the file's name has no known ending."""
