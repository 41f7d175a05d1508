"""Large arrays: memory used again, and blocks of rows; here with the limits lowered so that small arrays are large."""

import numpy as np
import pytest

from adbench import engine
from adbench.engine import numpy as xp
from adbench.engine.compile import blocks, buffers


def chain(x):
    for _ in range(3):
        x = 1 / (1 + xp.exp(-x))
    return x


def several(x, w):
    """Two results of a block that are used outside of it, broadcasting along either axis, a mask and a cast."""
    a = xp.sin(x) * w + x[:, :1] * 2
    b = xp.where(a > 0, a * a, xp.astype(xp.astype(a, np.float32), np.float64) - w)
    return xp.sum(b, axis=0) @ w, a - xp.exp(b), x.T + b.T


@pytest.fixture
def small_is_large(monkeypatch):
    monkeypatch.setattr(buffers, "LARGE", 1)
    monkeypatch.setattr(blocks, "WORTH", 8 * 30)
    monkeypatch.setattr(blocks, "ENTRIES", 4)
    monkeypatch.setattr(blocks, "CACHE", 1)


def test_an_array_that_is_done_with_is_written_into(monkeypatch):
    monkeypatch.setattr(buffers, "LARGE", 1)
    x = np.linspace(-1, 1, 5)
    compiled = engine.compile(chain, x)
    assert "exp(t0, out=t0)" in compiled.source
    assert compiled.source.count(" = ") == 1
    np.testing.assert_array_equal(compiled(x), chain(x))


def test_memory_that_a_result_or_an_input_needs_is_left_alone(monkeypatch):
    monkeypatch.setattr(buffers, "LARGE", 1)

    def function(x):
        a = x + 1
        b = a * 2
        view = b[::-1]
        c = b * 3
        d = view + c
        return a, d, xp.exp(d).T

    x = np.arange(6.0).reshape(2, 3)
    compiled = engine.compile(function, x)
    for got, expected in zip(compiled(x), function(x), strict=True):
        np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(x, np.arange(6.0).reshape(2, 3))


def test_large_arrays_are_let_go():
    x = np.ones((300, 300))
    assert "del t" in engine.compile(lambda x: xp.sum(xp.sum(x @ x @ x, axis=0) @ x), x).source


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize("n", [30, 31, 33, 64])
def test_blocks_of_a_vector(n):
    x = np.linspace(-2, 2, n)
    compiled = engine.compile(engine.grad(lambda x: xp.sum(chain(x))), x)
    assert f"for start in range(0, {n}, 4):" in compiled.source
    np.testing.assert_array_equal(compiled(x), engine.grad(lambda x: xp.sum(chain(x)))(x))


@pytest.mark.usefixtures("small_is_large")
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2]])
def test_blocks_with_broadcast_operands_and_several_results(layout):
    rng = np.random.default_rng(0)
    x, w = layout(rng.normal(size=(37, 3))), rng.normal(size=3)
    compiled = engine.compile(several, x, w)
    assert "for start in range(0, 37, " in compiled.source
    for _ in range(2):
        for got, expected in zip(compiled(x, w), several(x, w), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-14)


@pytest.mark.usefixtures("small_is_large")
def test_arguments_that_have_the_names_that_blocks_use():
    start, part = np.ones(40), np.ones(40)
    compiled = engine.compile(lambda start, part: chain(start * part) * part - start, start, part)
    assert "for start_1 in range" in compiled.source
    np.testing.assert_array_equal(compiled(start, part), chain(start * part) * part - start)


@pytest.mark.usefixtures("small_is_large")
def test_the_derivative_of_blocks():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(37, 3)), rng.normal(size=3)
    f = lambda x, w: sum(xp.sum(xp.sin(y)) for y in several(x, w))
    gradient = engine.grad(f, (0, 1))
    for got, expected in zip(engine.compile(gradient, x, w)(x, w), gradient(x, w), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11)


def test_really_large_arrays():
    x = np.random.default_rng(0).normal(size=200_000)
    compiled = engine.compile(chain, x)
    assert "for start in range(0, 200000, " in compiled.source
    np.testing.assert_array_equal(compiled(x), chain(x))
