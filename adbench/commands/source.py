"""`adbench show --source`: the gradient of a case as the program that `engine.compile` makes of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from rich.syntax import Syntax

from adbench import engine, plan, registry
from adbench.case import DTYPES, Case, Inputs
from adbench.errors import AdbenchError
from adbench.parts import in_dtype, is_complex
from adbench.report.console import wide_console


def source(name: str, *, size: str, dtype: str, case_files: tuple[str, ...]) -> int:
    """Print the compiled gradient of a case, or its compiled pullback where its value is no real scalar.

    Raises:
        AdbenchError: the name is not exactly one case's, the size or dtype is not one of its own, or the engine
            cannot compile it.
    """
    cases = registry.select_cases(registry.load_cases(case_files), [name])
    if len(cases) > 1:
        raise AdbenchError(f"{name} names {len(cases)} cases, such as {cases[0].name}; show takes one")
    plan.check_names("dtype", [dtype], DTYPES)
    plan.check_names("size", [size] if size else [], cases[0].all_sizes)
    inputs = cases[0].make_inputs(size or next(iter(cases[0].sizes)))
    cast = {n: in_dtype(x, dtype) for n, x in inputs.items()}
    text: str = compiled(cases[0], cast).source  # type: ignore[attr-defined]
    wide_console().print(Syntax(text.rstrip(), "python", background_color="default"))
    return 0


def compiled(case: Case, inputs: Inputs) -> Callable[..., Any]:
    """The compiled gradient of a case by its `wrt`, a function of all inputs; or of `y_bar` and them."""
    f, values = partial(case.function, registry.load_backend("numpy").namespace), list(inputs.values())
    positions = tuple(case.parameters.index(n) for n in case.wrt)
    y = f(*values)
    if not (y.shape or is_complex(y)):
        return engine.compile(engine.grad(f, positions if len(positions) > 1 else positions[0]), *values)

    def pullback(y_bar: Any, *values: Any) -> Any:
        def of_wrt(*chosen: Any) -> Any:
            filled = list(values)
            for i, x in zip(positions, chosen, strict=True):
                filled[i] = x
            return f(*filled)

        x_bars = engine.vjp(of_wrt, *[values[i] for i in positions])[1](y_bar)
        return x_bars if len(x_bars) > 1 else x_bars[0]

    names = ["y_bar", *case.parameters]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    pullback.__signature__ = inspect.Signature([inspect.Parameter(n, kind) for n in names])  # type: ignore[attr-defined]
    pullback.__name__ = f"pullback_of_{case.name.rpartition('.')[2]}"
    return engine.compile(pullback, y, *values)
