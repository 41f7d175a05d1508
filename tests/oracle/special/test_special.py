"""The special functions without a module of their own, and the table as a whole, against mpmath."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
import scipy.special
from mpmath import mpf
from oracle.special.checks import (
    FUNCTIONS,
    INTEGER_FIRST,
    cases,
    check_balls,
    check_broadcasting,
    check_exact,
    holds,
    of,
)

from adbench.errors import NotCertified
from adbench.oracle.namespace import SPECIAL
from adbench.oracle.special import OF_ONE, OF_THREE, OF_TWO, bessel, gamma, gaussian, incomplete

TINY_BITS = 2400  # of what is 1e-324


def zeta(point, orders):
    """∂ⁱ by s are mpmath's own, ∂ⁿ by q are (−1)ⁿ (s)ₙ ζ(s + n, q), by s and q −ζ(s + 1, q) − s ζ'(s + 1, q)."""
    (s, q), (i, n) = point, orders
    if i and n:
        return -mpmath.zeta(s + 1, q) - s * mpmath.zeta(s + 1, q, 1)
    return mpmath.zeta(s, q, i) if i else (-1) ** n * mpmath.rf(s, n) * mpmath.zeta(s + n, q)


REFERENCES = {
    "expit": of(lambda x: 1 / (1 + mpmath.exp(-x)), 0.3, -2.0, 745.0, -745.0, bits=TINY_BITS),
    "log_expit": of(lambda x: -mpmath.log1p(mpmath.exp(-x)), 0.3, -2.0, 745.0, -745.0, bits=TINY_BITS),
    "exp2": of(lambda x: mpf(2) ** x, 0.3, -7.5),
    "expm1": of(mpmath.expm1, 0.3, 1e-12, -1e-17),
    "log1p": of(mpmath.log1p, 0.3, 1e-17, -0.75),
    "expi": of(mpmath.ei, 0.3, -1.0, 0.3725074107813666, 1e-10, 700.0),
    "exp1": of(mpmath.e1, 0.3, 1e-10, 700.0, bits=TINY_BITS),
    "spence": of(lambda x: mpmath.re(mpmath.polylog(2, 1 - x)), 0.3, 1.0, 1 + 2.0**-30, 1e-10, 1e-80, 0.76, 0.74, 50.0,
                 bits=700),
    "sinc": of(mpmath.sincpi, 0.3, -1.5, 0.0, 1.0, 1e-9, 100.25),
    "entr": of(lambda x: -x * mpmath.log(x), 0.3, 1.0, 1e-300),
    "logit": of(lambda x: mpmath.log(x) - mpmath.log1p(-x), 0.3, 0.5, 0.5 + 2.0**-40, 1e-300, 1 - 2.0**-53,
                bits=TINY_BITS),
    "expn": of(lambda n, x: mpmath.expint(int(n), x), (1, 0.7), (0, 0.7), (3, 1e-10), (5, 30.0)),
    "zeta": of(mpmath.zeta, (1.3, 0.7), (2.0, 1.0), (30.0, 3.0), partial=zeta),
    "xlogy": of(lambda x, y: x * mpmath.log(y), (1.3, 0.7), (0.0, 2.0), (3.0, 1.0), (-2.0, 1e-300)),
    "xlog1py": of(lambda x, y: x * mpmath.log1p(y), (1.3, 0.7), (0.0, 2.0), (1.0, 1e-20), (1.0, -0.75)),
    "rel_entr": of(lambda x, y: x * mpmath.log(x / y), (1.3, 0.7), (1.0, 1.0), (1e-300, 2.0), bits=TINY_BITS),
    "kl_div": of(lambda x, y: x * mpmath.log(x / y) - x + y, (1.3, 0.7), (1.0, 1 + 2.0**-52)),
}  # fmt: skip


def test_every_function_is_tested():
    elsewhere = [bessel.OF_ONE, bessel.OF_TWO, gamma.OF_ONE, gamma.OF_TWO, gaussian.OF_ONE, incomplete.OF_TWO]
    assert {*OF_ONE, *OF_TWO} == {*REFERENCES, *(name for table in elsewhere for name in table)}
    assert OF_THREE is incomplete.OF_THREE
    others = {"gammasgn", "multigammaln", "airy", "logsumexp", "softmax", "log_softmax"}
    assert set(SPECIAL.__dict__) >= {*FUNCTIONS, *others}


@pytest.mark.parametrize(("name", "point"), cases(REFERENCES, slow=[("expn", (3, 1e-10))]))
def test_values_and_derivatives_are_enclosed_with_no_digit_lost(name, point):
    check_exact(name, REFERENCES[name], point)


@pytest.mark.parametrize("where", [-1.0, 0.5])
@pytest.mark.parametrize("name", REFERENCES)
def test_balls_enclose_every_point_in_them(name, where):
    check_balls(name, REFERENCES[name], where)


@pytest.mark.parametrize("name", [name for name in REFERENCES if name != "sinc"])
def test_names_and_broadcasting_are_scipys(name):
    assert hasattr(scipy.special, name)
    check_broadcasting(name, REFERENCES[name].points[0])


def test_sinc_is_numpys():
    x = np.array([[0.0, 0.5], [-1.0, 2.25]])
    np.testing.assert_allclose([float(j.value.mid()) for j in SPECIAL.sinc(x).flat], np.sinc(x).flat, atol=1e-16)


def test_zeta_without_q_is_riemanns(variable):
    z = SPECIAL.zeta(variable(3.0))
    assert holds(z.value, mpmath.zeta(3))
    assert holds(z.dot[0, 0], mpmath.zeta(3, 1, 1))


@pytest.mark.parametrize(("name", "y"), [("xlogy", 0.0), ("xlog1py", -1.0), ("rel_entr", 2.0)])
def test_zero_beats_the_infinity_of_a_logarithm(name, y):
    assert FUNCTIONS[name](0, y).value == 0


def test_entr_at_0_is_0_and_has_no_finite_slope(variable):
    y = OF_ONE["entr"](variable(0.0))
    assert y.value == 0
    assert not y.dot[0, 0].is_finite()


GRID = (-50.3, -3.0, -0.5, -1e-10, 0.0, 0.3, 1.0, 1.5, 2.0, 33.3)
AGREED = {"gammainc": (0.0, 0.0)}  # where SciPy's not a number is a matter of convention
WHOLE_ORDER = ("jn", "yn", "kn")  # SciPy's, of which jv, yv and kv are tested


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if hasattr(scipy.special, name)])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_where_scipy_knows_no_number_none_is_claimed_and_else_it_is_the_same(name):
    """A real function ends where a complex one goes on, whose real part is the truth of no library."""
    f, arity = FUNCTIONS[name], next(n for n, table in enumerate((OF_ONE, OF_TWO, OF_THREE), 1) if name in table)
    for point in itertools.product(GRID, repeat=arity):
        if name in INTEGER_FIRST:
            point = (int(abs(point[0])), *point[1:])
        elif name in WHOLE_ORDER:
            continue
        scipys, ours = float(getattr(scipy.special, name)(*point)), f(*point).value
        if np.isnan(scipys) and point != AGREED.get(name):
            assert not ours.is_finite(), point
        elif np.isfinite(scipys) and ours.is_finite() and scipys != 0:
            assert float(ours.mid()) == pytest.approx(scipys, rel=1e-7, abs=1e-15), point


def test_the_order_of_expn_has_no_derivative(variable):
    with pytest.raises(NotCertified, match="expn has no derivative by n"):
        OF_TWO["expn"](variable(2.0), 1.5)
