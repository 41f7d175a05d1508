"""The oracle's `xp.ad`: certified truth of functions that contain derivatives."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb

from adbench.errors import InvalidCase, Undecided
from adbench.oracle.certify import prove
from adbench.oracle.evaluate import evaluate
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.precision import working

xp, ad = NAMESPACE, NAMESPACE.ad
A = np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])


def balls(x):
    return [j.value for j in jets(x).flat]


def slope(mode, f):
    return ad.grad(f) if mode == "r" else lambda x: ad.jvp(f, (x,), (1.0,))[1]


@pytest.mark.parametrize("modes", ["fff", "ffr", "frf", "rff", "rrf", "rfr", "frr", "rrr"])
@pytest.mark.parametrize("name", ["sin", "tanh", "exp", "log"])
def test_third_derivatives_and_the_fourth_by_jets_hold_mpmaths(name, modes, variable, slope_encloses):
    with working(320):
        f = getattr(xp, name)
        for mode in modes:
            f = slope(mode, f)
        third = f(variable(arb("0.75")))
    assert slope_encloses(third.value, getattr(mpmath, name), mpmath.mpf("0.75"), 3)
    assert slope_encloses(third.dot[0, 0], getattr(mpmath, name), mpmath.mpf("0.75"), 4)


def test_jvp_is_the_product_with_the_jacobian_and_vjp_with_its_transpose():
    with working(320):
        f = lambda x: (xp.asarray(A) @ x) ** 2
        x, u, w = np.array([1.0, 3.0]), np.array([2.0, -1.0]), np.array([1.0, 4.0, -2.0])
        jacobian = 2 * (A @ x)[:, None] * A  # exact, as every number is a small multiple of 1/16
        y, y_dot = ad.jvp(f, (x,), (u,))
        again, pullback = ad.vjp(f, x)
        assert balls(y) == balls(again) == list((A @ x) ** 2)
        assert balls(y_dot) == list(jacobian @ u)
        assert balls(pullback(w)[0]) == list(w @ jacobian)
        assert balls(pullback(u[0] * w)[0]) == list(2 * w @ jacobian)


def test_several_primals_and_other_arguments():
    with working(320):
        f = lambda x, c: xp.sum(c * x**2)
        x, c = np.array([1.0, 2.0]), np.array(3.0)
        assert ad.jvp(f, (x, c), (x, c))[1].value == 45
        by_x, by_c = ad.vjp(f, x, c)[1](2.0)
        assert balls(by_x) == [12, 24]
        assert balls(by_c) == [10]
        assert balls(ad.grad(f)(x, c)) == [6, 12]


def test_shapes_of_matrices_scalars_and_nothing():
    with working(53):
        _, pullback = ad.vjp(lambda x: xp.reshape(x, (3, 2)), np.ones((2, 3)))
        assert pullback(A)[0].shape == (2, 3)
        assert balls(pullback(A)[0]) == list(A.flat)
        assert np.shape(ad.grad(lambda x: x**2)(np.array(2.0))) == ()
        assert ad.grad(xp.sum)(np.ones((0, 2))).shape == (0, 2)
        assert ad.jvp(lambda x: np.ones(2), (1.0,), (1.0,))[1].shape == (2,)


def test_the_operators_refuse_what_has_another_shape():
    with pytest.raises(InvalidCase, match=r"ad\.jvp: primals and tangents have shapes \[\(2,\)\] and \[\(\)\]"):
        ad.jvp(xp.sin, (np.ones(2),), (1.0,))
    with pytest.raises(InvalidCase, match=r"ad\.vjp: the cotangent has shape \(\), expected \(2,\)"):
        ad.vjp(xp.sin, np.ones(2))[1](1.0)
    with pytest.raises(InvalidCase, match=r"ad\.grad: the function has shape \(2,\), expected a scalar"):
        ad.grad(xp.sin)(np.ones(2))


def test_what_is_stopped_is_a_constant_inside_and_outside(variable):
    with working(53):
        x = variable(3)
        assert ad.stop_gradient(x).is_constant
        assert ad.stop_gradient(x).value == 3
        inside = ad.grad(lambda y: y * ad.stop_gradient(x * y))(x)
        assert inside.value == 9
        assert inside.is_constant
        assert balls(ad.stop_gradient(np.array([1.0, 2.0]))) == [1, 2]


def test_a_kink_inside_is_undecided(make_case):
    case = make_case(lambda xp, x: x * xp.ad.grad(lambda y: xp.abs(y))(x - 1), x=1.0)
    with pytest.raises(Undecided, match="kink"):
        prove(case, "small")


def test_a_wrong_closed_form_of_a_nested_derivative_is_refused(make_case):
    """The answer of a library that confuses the two perturbations: 2 where 1 is right."""
    f = lambda xp, x: x * xp.ad.grad(lambda y: x + y)(x)
    assert prove(make_case(f, x=2.0, jacobian={"x": lambda xp, x: 0 * x + 1}), "small").proved == ("x",)
    with pytest.raises(InvalidCase, match=r"it says 2.*the oracle proves 1"):
        prove(make_case(f, x=2.0, jacobian={"x": lambda xp, x: 0 * x + 2}), "small")


def test_tolerances_hold_for_the_derivative_worked_out_by_hand(make_case):
    """Σ tanh'(x)², by reverse mode inside, beside its formula in float64 and float32."""
    case = make_case(lambda xp, x: xp.sum(xp.ad.grad(lambda x: xp.sum(xp.tanh(x)))(x) ** 2), x=np.linspace(-1, 1, 5))
    for dtype, truth in prove(case, "small").truths.items():
        x = truth.inputs["x"].astype(dtype)
        by_hand = -4 * np.tanh(x) * (1 - np.tanh(x) ** 2) ** 2
        assert (truth.jacobian["x"].error(by_hand) <= truth.jacobian["x"].tolerance).all()
        assert (truth.jacobian["x"].tolerance < {"float64": 1e-13, "float32": 1e-4}[dtype]).all()


def test_radii_enclose_at_every_precision(make_case):
    case = make_case(lambda xp, x: xp.ad.grad(lambda y: xp.exp(x * xp.sin(y)))(x), x=0.75)
    inputs = case.make_inputs("small")
    seeds = {"x": np.array(1.0)}, np.array(1.0)
    true = evaluate(case, inputs, *seeds, 2000)
    for bits in (24, 53, 320):
        rough = evaluate(case, inputs, *seeds, bits)
        with working(2000):
            for name, group in rough.groups().items():
                for ball, exact in zip(group.flat, true.groups()[name].flat, strict=True):
                    assert ball.overlaps(exact)
                    assert ball.rad() < arb(2) ** (8 - bits)
