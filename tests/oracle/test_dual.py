"""Perturbed numbers: the rules for them agree with the jets' own derivatives, and levels stay apart."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from flint import arb

from adbench.errors import Undecided, Unsupported
from adbench.oracle import ad, functions, special
from adbench.oracle.arrays import jets
from adbench.oracle.dual import Dual, levels, nests, parts_at
from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import NAMESPACE
from adbench.oracle.precision import working

BITS = 320
UNARY = {**functions.TABLE, "sqrt": functions.sqrt, "square": functions.square, "abs": abs, "neg": operator.neg}
BINARY = {
    **{name: getattr(functions, name) for name in ("power", "atan2", "hypot", "logaddexp", "maximum", "minimum")},
    **{op.__name__: op for op in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow)},
}
AT = {"acosh": "1.7"}  # where the function is defined; else at 0.3


def derivative(f, *xs, toward=(1,)):
    """By a perturbation of its own along `toward`."""
    level = next(levels)
    return parts_at(level, f(*(Dual(level, x, jet(u)) for x, u in zip(xs, toward, strict=True))))[1]


@pytest.mark.parametrize("name", UNARY)
def test_a_rule_is_the_derivative_that_the_jets_have_and_carries_the_next_two(name, variable):
    """f' by the rule encloses what the jet of f carries, and so f'' by another level."""
    f = UNARY[name]
    with working(BITS):
        x = Jet(arb(AT.get(name, "0.3")), variable(0, 1).dot, arb(1))
        y, first = f(x), derivative(f, x)
        assert first.value.overlaps(y.along)
        assert first.value.rel_accuracy_bits() > BITS - 40
        second = y.mixed[0, 0] if y.mixed is not None else arb(0)
        assert (first.dot[0, 0] if first.dot is not None else arb(0)).overlaps(second)
        again = derivative(lambda x: derivative(f, x), x)
        assert again.value.overlaps(second)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("toward", [(1, 0), (0, 1), (2, -3)])
def test_a_rule_of_two_operands_is_the_derivative_that_the_jets_have(name, toward, variable):
    f = BINARY[name]
    with working(BITS):
        a, b = ((variable(arb(x), *row)) for x, row in (("1.3", (1, 0)), ("0.7", (0, 1))))
        along = f(*(Jet(x.value, x.dot, arb(u)) for x, u in zip((a, b), toward, strict=True)))
        got = derivative(f, a, b, toward=toward)
        assert got.value.overlaps(along.along)
        mixed = [0, 0] if along.mixed is None else along.mixed.entries()
        for entry, true in zip(got.dot.entries() if got.dot is not None else [arb(0)] * 2, mixed, strict=True):
            assert entry.overlaps(arb(true))


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -2])
def test_whole_powers_have_derivatives_at_zero_and_below(exponent, variable):
    for at in (0, -2):
        if at == 0 and exponent < 0:
            continue
        with working(BITS):
            got = derivative(lambda x: x**exponent, variable(at))
        assert got.value.overlaps(arb(exponent * float(at) ** (exponent - 1) if exponent else 0))


def test_reflected_operators_and_numbers(variable):
    with working(BITS):
        x = variable(2)
        assert derivative(lambda x: 3 - x, x).value == -1
        assert derivative(lambda x: 3 / x, x).value == arb("-0.75")
        assert derivative(lambda x: 3 * x + x * 3 + (1 + x) - (x - 1), x).value == 6
        assert derivative(lambda x: 2.0**x, x).value.overlaps(4 * arb(2).log())
        assert derivative(lambda x: jet(5) - x, x).value == -1


def test_levels_are_constants_to_each_other(variable):
    """d/dx (x d/dy (x + y)) = 1, and of x y at y = x the inner derivative is x."""
    with working(BITS):
        x = variable(3)
        assert derivative(lambda x: x * derivative(lambda y: x + y, jet(5)), x).value == 1
        assert derivative(lambda x: x * derivative(lambda y: x * y, x), x).value == 6
        leaked = []
        derivative(lambda x: leaked.append(x) or x, x)
        assert derivative(lambda y: y * leaked[0], x).primal.value == 3  # of another level: a constant


def test_comparisons_go_by_what_is_inside():
    level = next(levels)
    two, three = (Dual(level, jet(n), jet(1)) for n in (2, 3))
    assert two < three
    assert three > 2
    assert two <= 3
    assert two <= 3
    assert two != three
    assert two != 3
    assert bool(two)
    with pytest.raises(Undecided, match="kink"):
        two > jet(2)  # noqa: B015 (raising is the point)
    with pytest.raises(Undecided, match="kink"):
        abs(Dual(level, jet(0), jet(1)))
    with pytest.raises(Undecided):
        functions.maximum(two, 2)


def test_what_has_no_rule_is_unsupported():
    level = next(levels)
    with pytest.raises(Unsupported, match="inside a case the oracle differentiates arithmetic"):
        special.OF_ONE["gamma"](Dual(level, jet(2), jet(1)))


def test_a_function_without_perturbed_operands_is_left_as_it_is():
    seen = []
    f = nests(lambda z, x: x)(lambda x: seen.append(x) or 7)
    assert f(2) == 7
    assert seen == [2]


# Functions of arrays

A = ((1.5, -0.5, 0.25), (0.75, 2.0, -1.0), (0.5, 0.25, 1.0))
U = ((0.5, 1.0, -0.25), (-1.0, 0.5, 0.75), (0.25, -0.5, 1.5))
OF_MATRICES = {
    "det": NAMESPACE.linalg.det,
    "inv": NAMESPACE.linalg.inv,
    "solve": lambda a: NAMESPACE.linalg.solve(a, a[:, :2] ** 2),
    "solve of a vector": lambda a: NAMESPACE.linalg.solve(a, a[0]),
    "det of a stack": lambda a: NAMESPACE.linalg.det(np.stack([a[:2, :2], a[1:, 1:]])),
    "norm": NAMESPACE.linalg.vector_norm,
    "norm of order 3": lambda a: NAMESPACE.linalg.vector_norm(a, ord=3, axis=0),
    "std": NAMESPACE.std,
    "prod": lambda a: NAMESPACE.prod(a, axis=1),
    "max": NAMESPACE.max,
    "sort": NAMESPACE.sort,
    "logaddexp": lambda a: NAMESPACE.logaddexp(a[0], a[1]),
    "clip": lambda a: NAMESPACE.clip(a, 0.3, 1.2) ** 2,
}


@pytest.mark.parametrize("name", OF_MATRICES)
def test_functions_of_arrays_have_the_derivatives_that_the_jets_have(name, variable):
    """Along U and then along each row of a jet, and along U twice by two levels."""
    f = OF_MATRICES[name]
    with working(BITS):
        rows = np.array([[variable(x, u) for x, u in zip(*pair, strict=True)] for pair in zip(A, U, strict=True)])
        true = jets(f(np.frompyfunc(lambda j: Jet(j.value, j.dot, j.dot[0, 0]), 1, 1)(rows)))
        got = jets(ad.jvp(f, (rows,), (U,))[1])
        again = jets(ad.jvp(lambda a: ad.jvp(f, (a,), (U,))[1], (rows,), (U,))[1])
        for once, twice, jet_of_both in zip(got.flat, again.flat, true.flat, strict=True):
            assert once.value.overlaps(arb(jet_of_both.along or 0))
            second = arb(0) if jet_of_both.mixed is None else jet_of_both.mixed[0, 0]
            assert (arb(0) if once.dot is None else once.dot[0, 0]).overlaps(second)
            assert twice.value.overlaps(second)
            assert twice.value.rad() < 1e-60


def test_a_norm_and_a_deviation_at_their_kinks_are_undecided(variable):
    level = next(levels)
    zeros = np.array([Dual(level, variable(0), jet(1)) for _ in range(2)], dtype=object)
    for f in (NAMESPACE.linalg.vector_norm, NAMESPACE.std, lambda x: NAMESPACE.linalg.vector_norm(x, ord=2.5)):
        with pytest.raises(Undecided):
            f(zeros)
