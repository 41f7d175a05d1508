"""What is drawn: inside the domain, as the dtype holds it, in small shapes, and the numbers that things go wrong on."""

import hypothesis
import numpy as np
import pytest
from fakes import shaped

from adbench.fuzz import strategies


def drawn(case, dtype="float64", count=200):
    """Examples of a case, as many as asked for."""
    found = []

    @hypothesis.seed(0)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategies.examples(case, dtype))
    def look(inputs):
        found.append(inputs)

    look()
    return found


@pytest.fixture(scope="module")
def pairs():
    return drawn(shaped.larger)


def entries(examples):
    return np.concatenate([x.ravel() for inputs in examples for x in inputs.values()])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_entries_are_finite_numbers_of_the_dtype_in_float64_arrays(dtype):
    for inputs in drawn(shaped.larger, dtype, 100):
        assert list(inputs) == ["x", "y"]
        for x in inputs.values():
            assert x.dtype == np.float64
            assert np.isfinite(x).all()
            with np.errstate(under="ignore"):
                assert np.array_equal(x, x.astype(dtype).astype(np.float64))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_entries_lie_in_the_declared_domain_and_reach_its_ends(dtype):
    examples = drawn(shaped.roots, dtype, 200)
    x, a = (np.concatenate([inputs[name].ravel() for inputs in examples]) for name in ("x", "a"))
    assert x.min() == 0.5
    assert x.max() > 1e3
    assert (a.min(), a.max()) == (-1.0, 1.0)


def test_axes_are_drawn_up_to_three_and_to_their_own_length():
    shapes = {inputs["x"].shape for inputs in drawn(shaped.roots)}
    assert shapes == {(m, n) for m in (1, 2, 3) for n in (1, 2)}


def test_a_shape_that_the_inputs_function_refuses_is_not_drawn():
    assert {inputs["x"].shape for inputs in drawn(shaped.stubborn, count=30)} == {(2,)}


def test_numbers_of_every_kind_are_drawn(pairs):
    x = entries(pairs)
    size = np.abs(x[x != 0])
    assert (np.signbit(x) & (x == 0)).any()
    assert (~np.signbit(x) & (x == 0)).any()
    assert (size < np.finfo(np.float64).smallest_normal).any()
    assert (size < 1e-50).any()
    assert (size > 1e50).any()
    assert np.isin(size, [np.nextafter(kink, to) for kink in (0.5, 1.0, 2.0) for to in (0.0, 4.0)]).any()


def test_repeated_entries_and_near_ties_are_drawn(pairs):
    apart = [inputs["x"][0] - inputs["y"][0] for inputs in pairs]
    near = [np.nextafter(inputs["x"][0], inputs["y"][0]) == inputs["y"][0] for inputs in pairs]
    assert 0 < sum(d == 0 for d in apart) < len(pairs)
    assert any(n and d != 0 for n, d in zip(near, apart, strict=True))


def test_constants_of_the_function_are_landmarks():
    from fakes import small

    assert {10_000.0, -10_000.0} <= set(strategies._landmarks(small.far))


def test_integers_and_booleans_stay_as_they_are():
    from adbench.case import Case

    case = Case(name="t.f", function=lambda xp, x, k: x, wrt=("x",), sizes={"small": {}})
    case.inputs(lambda rng: {"x": np.ones(2), "k": np.array([3, 4])})
    assert all(inputs["k"].tolist() == [3, 4] for inputs in drawn(case, count=20))
