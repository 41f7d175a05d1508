"""What the tests of the oracle share: mpmath as the reference, jets of a variable, cases made in a line."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat

from adbench.case import Case
from adbench.oracle.jet import Jet
from adbench.oracle.precision import working

REFERENCE_BITS = 600  # mpmath's, against 320 of the jets
TRUSTED_BITS = 450  # of those, what is left after mpmath.diff has taken its difference


@pytest.fixture(autouse=True)
def _reference_precision():
    with mpmath.workprec(REFERENCE_BITS):
        yield


@pytest.fixture(scope="session")
def encloses():
    """Whether a ball holds a number that mpmath knows to TRUSTED_BITS bits."""

    def check(ball: arb, true: mpmath.mpf, noise: float = 0.0) -> bool:
        """`noise` is the reference's own absolute error, which a difference quotient has."""
        with working(2 * REFERENCE_BITS):
            exact = arb(true)
            return ball.is_finite() and ball.overlaps(exact * arb(1, 2.0**-TRUSTED_BITS) + arb(0, noise))

    return check


@pytest.fixture(scope="session")
def slope_encloses(encloses):
    """Whether a ball holds the derivative of a function of mpmath's, by its difference quotient."""

    def check(ball: arb, f, *args) -> bool:
        return encloses(ball, mpmath.diff(f, *args), noise=2.0**-TRUSTED_BITS)

    return check


@pytest.fixture(scope="session")
def variable():
    """A jet at x with one row of derivatives, by default the single 1 of d/dx."""

    def make(x, *row) -> Jet:
        row = row or (1,)
        return Jet(x if isinstance(x, arb) else arb(x), arb_mat(1, len(row), [arb(r) for r in row]))

    return make


@pytest.fixture(scope="session")
def make_case():
    """A case `test.f` at inputs that are given; `wrt` is every input that is not an integer array."""

    def make(function, *, wrt=None, jacobian=None, vjp=None, name="test.f", **options) -> Case:
        fields = ("dtypes", "shape_only", "path", "line")
        settings = {k: options.pop(k) for k in fields if k in options}
        inputs = {k: np.asarray(x) for k, x in options.items()}
        wrt = wrt or tuple(k for k, x in inputs.items() if x.dtype.kind == "f")
        made = Case(name=name, function=function, wrt=wrt, sizes={"small": {}}, **settings)
        made.inputs(lambda rng: inputs)
        for of, closed_form in (jacobian or {}).items():
            made.jacobian(of)(closed_form)
        if vjp is not None:
            made.vjp(vjp)
        return made

    return make
