"""Functions of complex jets against mpmath: values, both orders, cuts, and how few digits they lose."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase, Undecided, Unsupported
from adbench.oracle import functions, holomorphic
from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.pair import Complex
from adbench.oracle.precision import working

xp = NAMESPACE
some = settings(max_examples=8, deadline=None)
away = st.one_of(st.floats(0.1, 2), st.floats(-2, -0.1))  # of both axes, where all cuts are
points = st.builds(complex, away, away)

ONE = {
    "exp": mpmath.exp,
    "exp2": lambda z: mpmath.power(2, z),
    "expm1": lambda z: mpmath.exp(z) - 1,
    "log": mpmath.log,
    "log1p": lambda z: mpmath.log(1 + z),
    "log2": lambda z: mpmath.log(z) / mpmath.log(2),
    "log10": lambda z: mpmath.log(z) / mpmath.log(10),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "reciprocal": lambda z: 1 / z,
    "expit": lambda z: 1 / (1 + mpmath.exp(-z)),
    "log_expit": lambda z: -mpmath.log(1 + mpmath.exp(-z)),
    "sqrt": mpmath.sqrt,
    "square": lambda z: z * z,
}
POWERS = {
    "cube": (lambda z: z**3, lambda z: z**3),
    "inverse square": (lambda z: z**-2, lambda z: z**-2),
    "root": (lambda z: z**0.25, lambda z: z ** mpmath.mpf("0.25")),
    "complex": (lambda z: z ** (0.5 - 2j), lambda z: z ** mpmath.mpc(0.5, -2)),
    "of 2.5": (lambda z: 2.5**z, lambda z: mpmath.power(2.5, z)),
    "of itself": (lambda z: z**z, lambda z: z**z),
    "of i": (lambda z: (0.5 + 1j) ** z, lambda z: mpmath.mpc(0.5, 1) ** z),
    "quotient": (lambda z: (z + 2) / (z * z + 1j), lambda z: (z + 2) / (z * z + 1j)),
    "sum": (lambda z: 3 - z + (1j - z) * z / 2, lambda z: 3 - z + (1j - z) * z / 2),
}
PAIRS = {name: (functions.TABLE.get(name) or getattr(functions, name), f) for name, f in ONE.items()} | POWERS


def active(z: complex) -> Jet:
    """A jet at z along 1 and i, with a second order along 1."""
    return Jet(
        Complex(arb(z.real), arb(z.imag)), Complex(arb_mat([[1, 0]]), arb_mat([[0, 1]])), Complex(arb(1), arb(0))
    )


def test_every_function_of_the_table_is_tested():
    assert set(functions.TABLE) <= set(ONE)


@pytest.fixture(scope="module")
def encloses_complex(encloses):
    def check(ball, true, noise=0.0) -> bool:
        true = mpmath.mpc(true)
        size = float(abs(true)) * 2.0**-440 + noise  # a part may be far smaller than the number
        return encloses(ball.re, true.real, size) and encloses(ball.im, true.imag, size)

    return check


@pytest.mark.parametrize("name", PAIRS)
@given(z=points)
@some
def test_values_and_both_orders_are_enclosed(encloses_complex, name, z):
    ours, theirs = PAIRS[name]
    exact = mpmath.mpc(z)
    true = [mpmath.diff(theirs, exact, n) for n in range(3)]
    for bits in (53, 320):
        with working(bits):
            y = ours(active(z))
            noise = 2.0**-250 * max(1.0, *(float(abs(t)) for t in true))
            assert encloses_complex(y.value, true[0])
            assert encloses_complex(y.along, true[1], noise)
            for got, direction in zip(y.dot.entries(), (1, 1j), strict=True):
                assert encloses_complex(got, true[1] * direction, noise)
            for got, direction in zip(y.mixed.entries(), (1, 1j), strict=True):
                assert encloses_complex(got, true[2] * direction, noise)


@pytest.mark.parametrize("name", PAIRS)
@given(z=points)
@some
def test_few_digits_are_lost(name, z):
    """Relative to the modulus; the partials of a power by products, and of a quotient, cancel somewhat."""
    lost = 10 if name in POWERS else 4
    for bits in (53, 200):
        with working(bits):
            y = PAIRS[name][0](active(z))
            balls = [
                (y.value, lost),
                *((e, lost + 2) for e in y.dot.entries()),
                *((e, lost + 3) for e in y.mixed.entries()),
            ]
            for ball, allowed in balls:
                radius = max(ball.re.rad(), ball.im.rad())
                assert radius <= abs(ball).upper() * arb(2) ** (allowed - bits), (bits, ball)


@pytest.mark.parametrize("name", ["asin", "acos", "asinh", "acosh", "atan", "atanh", "log", "log1p", "expm1", "sqrt"])
@pytest.mark.parametrize("z", [1e-9 + 1e-11j, 1 + 1e-9j, -1 - 1e-12j, 1e-12 + 1j, 1e8 - 1j, 2 - 1e-300j, -2 + 1e-300j])
def test_hard_points_lose_no_digits(encloses_complex, name, z):
    with working(53):
        y = PAIRS[name][0](active(z))
    with mpmath.workprec(3000):
        assert encloses_complex(y.value, ONE[name](mpmath.mpc(z)))
    assert max(y.value.re.rad(), y.value.im.rad()) <= abs(y.value).upper() * arb(2) ** -50
    assert all(e.is_finite() for e in y.dot.entries())


@given(z=points, w=points, us=st.tuples(*[st.floats(-2, 2)] * 4))
@some
def test_a_power_by_base_and_exponent(encloses_complex, z, w, us):
    u1, u2, v1, v2 = map(mpmath.mpf, us)

    def f(a, b):
        return a**b

    point = (mpmath.mpc(z), mpmath.mpc(w))
    second = {n: mpmath.diff(f, point, n) for n in ((2, 0), (1, 1), (0, 2))}
    true = second[2, 0] * u1 * v1 + second[1, 1] * (u1 * v2 + u2 * v1) + second[0, 2] * u2 * v2
    with working(320):
        x = Jet(Complex(arb(z.real), arb(z.imag)), arb_mat([[us[0]]]), arb(us[2]))
        y = Jet(Complex(arb(w.real), arb(w.imag)), arb_mat([[us[1]]]), arb(us[3]))
        made = x**y
    assert encloses_complex(made.mixed.entries()[0], true, noise=1e-60 * (1 + float(abs(true)) + 1e3))


@given(z=points)
@some
def test_real_linear_functions_and_moduli(encloses, z):
    exact, (x, y) = mpmath.mpc(z), map(mpmath.mpf, (z.real, z.imag))
    modulus = abs(exact)
    with working(320):
        j = active(z)
        assert holomorphic.real(j).value == arb(z.real)
        assert holomorphic.real(j).dot.entries() == [arb(1), arb(0)]
        assert holomorphic.imag(j).dot.entries() == [arb(0), arb(1)]
        assert holomorphic.conj(j).dot.entries() == [Complex(arb(1), arb(0)), Complex(arb(0), arb(-1))]
        for made in (abs(j), functions.sqrt(holomorphic.squared_modulus(j)), functions.sqrt(xp.real(j * xp.conj(j)))):
            assert encloses(made.value, modulus)
            for got, true in zip(made.dot.entries(), (x / modulus, y / modulus), strict=True):
                assert encloses(got, true)
            for got, true in zip(made.mixed.entries(), (y * y / modulus**3, -x * y / modulus**3), strict=True):
                assert encloses(got, true)
        angle = xp.atan2(xp.imag(j), xp.real(j))
        assert encloses(angle.value, mpmath.arg(exact))
        assert encloses(angle.dot[0, 0], -y / modulus**2)


def test_parts_of_real_numbers():
    x = Jet(arb(2), arb_mat([[3]]))
    assert holomorphic.real(x) is x
    assert holomorphic.conj(x) is x
    assert holomorphic.imag(x).value == 0
    mixed = x + 1j  # a complex value whose derivative is real
    assert holomorphic.imag(mixed).dot.entries() == [arb(0)]
    assert holomorphic.real(mixed).dot.entries() == [arb(3)]


def test_the_sign_of_a_complex_number():
    with working(53):
        s = functions.sign(active(3 - 4j))
    assert s.value.contains(Complex(arb(0.6), arb(-0.8))) or s.value.overlaps(Complex(arb("0.6"), arb("-0.8")))
    radial = s.dot.entries()[0] * 3 - s.dot.entries()[1] * 4  # it does not change along z
    assert radial.contains(0)
    assert functions.sign(jet(0j)).value.is_zero()
    with pytest.raises(Undecided):
        functions.sign(active(0j))


def test_the_modulus_has_a_kink_at_0():
    with pytest.raises(Undecided, match="kink"):
        abs(active(0j))
    assert abs(jet(0j)).value == 0


CUTS = {
    "log": [-2, 0],
    "log2": [-2],
    "log10": [-2],
    "sqrt": [-4, 0],
    "log1p": [-3, -1],
    "asin": [2, -2, 1],
    "acos": [2, -2, -1],
    "atanh": [2, -2],
    "atan": [2j, -2j],
    "asinh": [2j, -2j],
    "acosh": [0.5, -3, 1],
}
each_cut = pytest.mark.parametrize(("name", "z"), [(name, complex(z)) for name, at in CUTS.items() for z in at])
NUMPY = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}


@each_cut
def test_a_derivative_on_a_cut_is_undecided(name, z):
    with pytest.raises(Undecided, match="branch cut"):
        PAIRS[name][0](active(z))
    for beside in (1e-300, -1e-300):
        above = complex(beside, z.imag) if z.real == 0 and z.imag else complex(z.real, beside)
        y = PAIRS[name][0](active(above))
        expected = getattr(np, NUMPY.get(name, name))(np.complex128(above))
        got = complex(float(y.value.re.mid()), float(y.value.im.mid()))
        assert got == pytest.approx(expected, rel=1e-14, abs=1e-300)


def test_values_of_constants_on_a_cut_are_numpys():
    for name in ("log", "sqrt", "log1p", "acosh"):
        for z in CUTS[name]:
            y = PAIRS[name][0](jet(complex(z))).value
            expected = getattr(np, NUMPY.get(name, name))(np.complex128(z))
            if np.isfinite(expected):
                assert complex(float(y.re.mid()), float(y.im.mid())) == pytest.approx(complex(expected), rel=1e-14)
    with pytest.raises(Undecided):
        functions.TABLE["asin"](jet(2 + 0j))


def test_powers_on_the_negative_axis():
    for exponent in (0.5, 1j, active(1 + 1j)):
        with pytest.raises(Undecided):
            active(-2 + 0j) ** exponent
    cube = active(-2 + 0j) ** 3
    assert cube.value.contains(-8)
    assert (active(-2 + 0j) ** 0).value == 1
    assert (active(-2 + 0j) ** 1).value == -2
    assert (active(0j) ** 2).dot.entries() == [Complex(arb(0), arb(0))] * 2


@pytest.mark.parametrize(
    "call",
    [
        lambda z: z > 0,
        lambda z: xp.max(jets([z, z])),
        lambda z: xp.sort(jets([z, z + 1])),
        lambda z: xp.maximum(z, 1.0),
        lambda z: xp.clip(z, 0.0, 1.0),
        lambda z: xp.logaddexp(z, z),
    ],
)
def test_what_needs_an_order_is_refused(call):
    with pytest.raises(InvalidCase, match="complex numbers have no order"):
        call(active(1 + 1j))


@pytest.mark.parametrize(
    "call", [xp.special.erf, xp.special.gamma, xp.floor, lambda z: xp.atan2(z, 1.0), lambda z: xp.hypot(z, 1.0)]
)
def test_functions_of_real_numbers_alone_are_unsupported(call):
    with pytest.raises(Unsupported, match="of real numbers alone"):
        call(active(1 + 1j))


def test_equality_of_complex_numbers():
    assert jet(1 + 2j) == jet(1 + 2j)
    assert jet(1 + 0j) == 1
    assert jet(1) != jet(1j)
    assert active(1j) != 3
    with pytest.raises(Undecided):
        assert active(1j) == 1j


def test_shapes_and_reductions_carry_complex_jets():
    z = np.array([[1 + 2j, 3j], [0.5, -1j]])

    def numbers(x):
        x = jets(x)
        made = [complex(float(xp.real(j).value.mid()), float(xp.imag(j).value.mid())) for j in x.flat]
        return np.array(made).reshape(x.shape)

    a = jets(z)
    np.testing.assert_allclose(numbers(xp.sum(a, axis=0)), z.sum(0))
    np.testing.assert_allclose(numbers(xp.mean(a)), z.mean())
    np.testing.assert_allclose(numbers(xp.prod(a, axis=1)), z.prod(1))
    np.testing.assert_allclose(numbers(xp.cumulative_sum(a, axis=0)), z.cumsum(0))
    np.testing.assert_allclose(numbers(xp.einsum("ij,kj->ik", a, xp.conj(a))), z @ z.conj().T)
    np.testing.assert_allclose(numbers(xp.vecdot(a, a)), np.vecdot(z, z))
    np.testing.assert_allclose(numbers(xp.linalg.vecdot(a, a[0])), np.vecdot(z, z[0]))
    np.testing.assert_allclose(numbers(xp.where(z.real > 0, a, 2.0)), np.where(z.real > 0, z, 2.0))
    np.testing.assert_allclose(numbers(a @ jets(z.real)), z @ z.real)
    np.testing.assert_array_equal(numbers(xp.zeros(2, dtype=xp.complex128)), np.zeros(2))
    assert isinstance(xp.zeros(2, dtype=xp.complex128)[0].value, Complex)
    assert isinstance(xp.astype(jets(1.0), xp.complex64)[()].value, Complex)
    assert xp.isdtype(xp.complex128, "complex floating")
    assert xp.isdtype(xp.complex128, "numeric")
    assert not xp.isdtype(xp.complex128, "real floating")
    assert xp.result_type(xp.float64, xp.complex128) == xp.complex128
    assert xp.result_type(a, 1j) == xp.complex128
    assert bool(xp.all(xp.isfinite(a)))
