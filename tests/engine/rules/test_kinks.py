"""What docs/reference/kinks.md says that the engine gives at kinks, row by row, in both modes."""

import ast
import math
from pathlib import Path

import numpy as np
import pytest

from adbench.engine import grad, jvp, vjp
from adbench.engine import numpy as xp

PAGE = Path(__file__).parents[3] / "docs/reference/kinks.md"
NAMES = {name: getattr(xp, name) for name in dir(xp)} | {"array": np.array}
ROUNDING = 4 * np.finfo(float).eps  # of π²/3, and of singular values


def rows():
    """The cells of the table: function, point, derivative, second derivative."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [tuple(cell.strip().strip("`") for cell in line.strip("|").split(" | ")) for line in lines]


def evaluated(text):
    """Numbers and arrays from a cell."""
    return eval(text, {"inf": math.inf, "nan": math.nan, "pi": math.pi})


def point(text):
    """Names and values from `x = 0.0, y = 1.0`."""
    call = ast.parse(f"f({text})", mode="eval").body
    return {k.arg: np.array(evaluated(ast.unparse(k.value)), dtype=float) for k in call.keywords}


@pytest.mark.parametrize(("function", "at", "expected", "second"), rows(), ids=lambda cell: cell.replace(" ", ""))
def test_row(function, at, expected, second):
    primals = point(at)
    code = compile(function, "kinks.md", "eval")

    def f(*values):
        return eval(code, NAMES | dict(zip(primals, values, strict=True)))

    values = tuple(primals.values())
    wanted = evaluated(expected)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    assert len(wanted) == len(values)
    _, pullback = vjp(f, *values)
    for k, (x, w) in enumerate(zip(values, wanted, strict=True)):
        np.testing.assert_allclose(pullback(np.float64(1))[k], w, rtol=ROUNDING, atol=ROUNDING)
        np.testing.assert_allclose(forward(f, values, k), np.broadcast_to(w, x.shape), rtol=ROUNDING, atol=ROUNDING)
    second = second.strip(" |`")
    if second:
        derivatives = grad(grad(f))(values[0]), jvp(grad(f), values, (np.float64(1),))[1]
        np.testing.assert_allclose(derivatives, [evaluated(second)] * 2, rtol=ROUNDING, atol=ROUNDING)


def forward(f, values, k):
    """The derivative by operand k, an entry at a time."""
    x = values[k]
    made = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[index] = 1.0
        made[index] = jvp(lambda x: f(*values[:k], x, *values[k + 1 :]), (x,), (e,))[1]
    return made


def test_the_branch_not_taken():
    f = lambda x: xp.where(x > 0, xp.sqrt(x), 0.0)
    assert jvp(f, (0.0,), (1.0,))[1] == 0
    assert np.isnan(grad(f)(0.0))


def test_the_table_is_read():
    assert len(rows()) > 50
