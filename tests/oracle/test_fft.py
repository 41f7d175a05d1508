"""Fourier transforms over jets: NumPy's values with every argument, exact roots, both orders, the charge of an FFT."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from adbench.errors import InvalidCase
from adbench.oracle.jet import Jet, jet
from adbench.oracle.namespace import NAMESPACE, jets
from adbench.oracle.pair import Complex, parts_of
from adbench.oracle.precision import working

F = NAMESPACE.fft
RNG = np.random.default_rng(15)
REAL = RNG.normal(size=(2, 3, 4))
Z = REAL + 1j * RNG.normal(size=REAL.shape)
OF_REAL = ("rfft", "ihfft", "rfftn")

each_norm = pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
some = settings(max_examples=8, deadline=None)


def numbers(x):
    x = jets(x)
    parts = [parts_of(j.value) for j in x.flat]
    if not any(isinstance(j.value, Complex) for j in x.flat):
        return np.array([float(re.mid()) for re, _ in parts]).reshape(x.shape)
    return np.array([complex(float(re.mid()), float(im.mid())) for re, im in parts]).reshape(x.shape)


def assert_as_numpys(name, x, **arguments):
    got, expected = numbers(getattr(F, name)(jets(x), **arguments)), getattr(np.fft, name)(x, **arguments)
    assert got.shape == expected.shape
    assert np.iscomplexobj(got) == np.iscomplexobj(expected)
    np.testing.assert_allclose(got, expected, atol=1e-14, err_msg=f"{name} {arguments}")


@each_norm
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_along_an_axis(name, axis, norm):
    x = REAL if name in OF_REAL else Z
    for n in (None, 1, 2, 3, 5):
        assert_as_numpys(name, x, n=n, axis=axis, norm=norm)
    if name == "fft":
        assert_as_numpys(name, REAL, axis=axis, norm=norm)


@each_norm
@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
def test_over_several_axes(name, norm):
    x = REAL if name in OF_REAL else Z
    for s, axes in ((None, None), (None, (0, 1)), ((3, 2), (0, 2)), ((3, 5), (2, 1)), ((2,), (-1,))):
        assert_as_numpys(name, x, s=s, axes=axes, norm=norm)
    assert (
        numbers(getattr(F, name)(jets(x), s=(2, 2))).shape
        == numbers(getattr(F, name)(jets(x), s=(2, 2), axes=(1, 2))).shape
    )


def test_frequencies_and_shifts():
    for n in range(1, 7):
        for d in (1.0, 0.25):
            np.testing.assert_allclose(numbers(F.fftfreq(n, d=d)), np.fft.fftfreq(n, d), rtol=1e-15)
            np.testing.assert_allclose(numbers(F.rfftfreq(n, d=d)), np.fft.rfftfreq(n, d), rtol=1e-15)
    for axes in (None, 1, -1, (0, 2)):
        np.testing.assert_array_equal(numbers(F.fftshift(jets(Z), axes=axes)), np.fft.fftshift(Z, axes))
        np.testing.assert_array_equal(numbers(F.ifftshift(jets(Z), axes=axes)), np.fft.ifftshift(Z, axes))


def active(x):
    """Jets of real numbers along each of them, with a second order along all."""
    made = [
        Jet(arb(float(v)), arb_mat(1, x.size, [int(i == j) for j in range(x.size)]), arb(1)) for i, v in enumerate(x)
    ]
    return np.array(made, dtype=object)


def assert_same(y, x):
    """Values and derivatives of jets that are the same numbers by different ways."""
    for a, b in zip(y, x, strict=True):
        assert all(p.overlaps(q) for p, q in zip(parts_of(a.value), parts_of(b.value), strict=True))
        for p, q in zip(a.dot.entries(), b.dot.entries(), strict=True):
            assert all(s.overlaps(t) for s, t in zip(parts_of(p), parts_of(q), strict=True))


@each_norm
@given(n=st.integers(1, 7), seed=st.integers(0, 99))
@some
def test_each_transform_undoes_its_inverse(norm, n, seed):
    rng = np.random.default_rng(seed)
    for bits in (53, 200):
        with working(bits):
            x, y = active(rng.normal(size=2 * n))[:n], active(rng.normal(size=2 * n))[n:]
            z = x + 1j * y
            assert_same(F.ifft(F.fft(z, norm=norm), norm=norm), z)
            assert_same(F.fft(F.ifft(z, norm=norm), norm=norm), z)
            assert_same(F.irfft(F.rfft(x, norm=norm), n=n, norm=norm), x)
            assert_same(F.hfft(F.ihfft(x, norm=norm), n=n, norm=norm), x)


def test_parsevals_identity_and_its_derivatives():
    with working(200):
        x = active(np.array([0.3, -1.2, 2.0, 0.7, 1.1]))
        energy = sum(abs(y) ** 2 for y in F.fft(x, norm="ortho"))
        direct = sum(v * v for v in x)
    assert energy.value.overlaps(direct.value)
    for part in ("dot", "mixed"):
        pairs = zip(getattr(energy, part).entries(), getattr(direct, part).entries(), strict=True)
        assert all(a.overlaps(b) and a.rad() < 1e-50 for a, b in pairs)


def test_a_linear_transform_has_no_second_order():
    y = F.fft(active(np.array([0.3, -1.2, 2.0])))
    assert all(j.mixed is None or all(e.contains(0) for e in j.mixed.entries()) for j in y)
    assert all(j.along is not None for j in y)


def test_radii_are_those_of_an_fft():
    """Each entry is charged log₂ n rounding errors of Σ|x|, a zero too, and few more."""
    x = np.array([1e10, 1.0, -1e10, 2.0, 0.25, -3.0, 7.0, 0.5])
    with working(53):
        radii = [max(float(p.rad()) for p in parts_of(j.value)) for j in F.fft(jets(x))]
    assert min(radii) >= 3 * 2.0**-53 * 2e10
    assert max(radii) <= 40 * 2.0**-53 * 2e10
    error = np.abs(np.fft.fft(x) - numbers(F.fft(jets(x)))).max()
    assert error <= max(radii)


def test_roots_on_the_axes_are_exact():
    assert F.fft(jets([2.5])).item().value == 2.5
    with working(200):
        exact = F.ifft(jets([0, 0, 0, 4.0]))
    assert [complex(z) for z in numbers(exact)] == [1, -1j, -1, 1j]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.fft(jets(Z), norm="half"), "norm is"),
        (lambda: F.hfft(jets(Z), norm="half"), "norm is"),
        (lambda: F.fft(jet(1.0)), "an axis"),
        (lambda: F.fft(jets(Z), n=0), "0 points"),
        (lambda: F.rfft(jets(Z)), "expected real numbers"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(InvalidCase, match=message):
        call()
