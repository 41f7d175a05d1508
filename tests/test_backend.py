"""What the base class derives for an adapter that has less."""

import numpy as np
import pytest
from adbench.backends.free import Finite, Manual
from fakes import small

from adbench import plain
from adbench.backend import FIRST_ORDER as OPERATORS
from adbench.backend import Backend
from adbench.errors import Unsupported


class OnlyPrimitives(Manual):
    """The Jacobians as the base class derives them."""

    jacfwd, jacrev = Backend.jacfwd, Backend.jacrev


def inputs(case, dtype="float64"):
    return {name: x.astype(dtype) for name, x in case.make_inputs("small").items()}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("operator", ["jacfwd", "jacrev"])
@pytest.mark.parametrize(
    ("case", "wrt"), [(c, n) for c in (small.cubic, small.quotient, small.far) for n in c.wrt]
)
def test_derived_jacobians_are_the_native_ones(case, wrt, operator, dtype):
    constants = inputs(case, dtype)
    primal = constants.pop(wrt)
    jacobians = []
    for backend in (OnlyPrimitives(), Manual()):
        jacobians.append(getattr(backend, operator)(backend.bind(case, constants, (wrt,)), primal))
    derived, native = jacobians
    assert derived.shape == native.shape == np.shape(case.function(np, **inputs(case))) + primal.shape
    assert derived.dtype == native.dtype == dtype
    np.testing.assert_allclose(derived, native, rtol=1e-6)


class Doubles(Backend):
    """y = 2x, for arrays of any shape."""

    name, distribution, namespace = "doubles", "numpy", plain.NAMESPACE

    def asarray(self, x, device="cpu"):
        return np.array(x)

    def jvp(self, f, primals, tangents):
        return f(*primals), 2 * tangents[0]

    def vjp(self, f, primals):
        return f(*primals), lambda y_bar: (2 * y_bar,)


@pytest.mark.parametrize("operator", ["jacfwd", "jacrev"])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (0, 3)])
def test_derived_jacobians_of_any_shape(shape, operator):
    x = np.ones(shape, dtype=np.float32)
    jacobian = getattr(Doubles(), operator)(lambda x: 2 * x, x)
    assert jacobian.dtype == np.float32
    np.testing.assert_array_equal(jacobian, 2 * np.eye(x.size).reshape(shape + shape))


def test_a_mode_that_is_not_there_is_unsupported_and_so_is_what_is_derived_from_it():
    class Nothing(Doubles):
        name = "nothing"
        jvp, vjp = Backend.jvp, Backend.vjp

    x = np.ones(2)
    for operator, mode in (
        ("jvp", "forward"),
        ("vjp", "reverse"),
        ("jacfwd", "forward"),
        ("jacrev", "reverse"),
    ):
        arguments = (x,) if operator.startswith("jac") else ((x,), (x,))[: 1 + (operator == "jvp")]
        with pytest.raises(Unsupported, match=f"^nothing has no {mode} mode$"):
            getattr(Nothing(), operator)(lambda x: x, *arguments)


def test_native_is_what_the_class_itself_defines():
    assert [Doubles().is_native(o) for o in OPERATORS] == [True, True, False, False]
    assert [Manual().is_native(o) for o in OPERATORS] == [True] * 4
    assert [Finite().is_native(o) for o in OPERATORS] == [True, False, False, False]


@pytest.mark.parametrize("wrt", [("M",), ("M", "x"), ("x",), ("x", "s"), ("s", "x")])
def test_bind_closes_over_what_is_not_differentiated(wrt):
    given = inputs(small.cubic)
    constants = {name: x for name, x in given.items() if name not in wrt}
    f = Backend.bind(Doubles(), small.cubic, constants, wrt)
    np.testing.assert_array_equal(f(*(given[n] for n in wrt)), given["M"] @ (given["s"] * given["x"] ** 3))


@pytest.mark.parametrize("operator", ["primal", *OPERATORS])
def test_a_prepared_call_may_be_repeated_at_other_points(operator):
    backend, here, there = Doubles(), np.ones(2), np.full(2, 5.0)
    call = backend.prepare(operator, lambda x: 2 * x, (here,))
    seeds = {"jvp": ((here,),), "vjp": (here,)}.get(operator, ())
    for x in (there, here):
        answer = call((x,), *seeds)
        value = answer[0] if seeds else answer
        expected = 2 * np.eye(2) if operator.startswith("jac") else 2 * x
        np.testing.assert_array_equal(value, expected)
