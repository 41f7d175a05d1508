"""`jax.scipy` beyond what two libraries share: special functions by their series, signals, grids and rotations."""

from __future__ import annotations

from typing import Any

from adbench.rows import apart, between, constant, fixed, positive, real, table

F64 = ("float64",)
row = table("jax", "jax.scipy", F64)
TERMS = 40  # beyond the last digit of a series at arguments up to 2


# Special functions


def powers(xp: Any, x: Any, step: Any, first: Any, divisor: Any) -> Any:
    """first (1 + step/d₁ (1 + step/d₂ (…))), with d the divisors of one term by the one before."""
    total, term = first, first
    for k in range(1, TERMS):
        term = term * step / divisor(k)
        total = total + term
    return total


def odd_powers(xp: Any, x: Any, first: Any, divisor: Any, weight: Any, skip: int = 0) -> Any:
    """Σ tₖ / weight(k) of the terms tₖ = −tₖ₋₁ x² / divisor(k), from k = skip on."""
    total, term = 0 * x, first
    for k in range(TERMS):
        term = -term * x * x / divisor(k) if k else term
        total = total + term / weight(k) if k >= skip else total
    return total


def hypergeometric(xp: Any, above: list[Any], below: list[Any], x: Any) -> Any:
    total, term = 1 + 0 * x, 1 + 0 * x
    for k in range(TERMS):
        for a in above:
            term = term * (a + k)
        for b in below:
            term = term / (b + k)
        term = term * x / (k + 1)
        total = total + term
    return total

row("dawsn", "Σ (−2)ᵏ x^(2k + 1) / (2k + 1)!!", lambda jax, x: jax.scipy.special.dawsn(x),
    lambda xp, x: powers(xp, x, -2 * x * x, x, lambda k: 2 * k + 1), x=between(0.3, 0.8, 4))
row("sine_integral", "Σ (−1)ᵏ x^(2k + 1) / ((2k + 1) (2k + 1)!)", lambda jax, x: jax.scipy.special.sici(x)[0],
    lambda xp, x: odd_powers(xp, x, x, lambda k: 2 * k * (2 * k + 1), lambda k: 2 * k + 1), x=real(4))
row("cosine_integral", "γ + log x + Σ (−1)ᵏ x^2k / (2k (2k)!)", lambda jax, x: jax.scipy.special.sici(x)[1],
    lambda xp, x: odd_powers(xp, x, x / x, lambda k: (2 * k - 1) * 2 * k, lambda k: 2 * k, skip=1)
    + xp.log(x) - xp.special.digamma(xp.ones_like(x)), x=positive(4))
row("hyp1f1", "Σ (a)ₖ/(b)ₖ xᵏ/k!", lambda jax, a, b, x: jax.scipy.special.hyp1f1(a, b, x),
    lambda xp, a, b, x: hypergeometric(xp, [a], [b], x), a=positive(3), b=positive(3), x=between(0.3, 0.9, 3))
row("hyp2f1", "Σ (a)ₖ (b)ₖ/(c)ₖ xᵏ/k!, by x", lambda jax, a, b, c, x: jax.scipy.special.hyp2f1(a, b, c, x),
    lambda xp, a, b, c, x: hypergeometric(xp, [a, b], [c], x),
    a=constant([0.5, 1.5]), b=constant([1.25, 0.75]), c=constant([2.5, 1.75]), x=between(0.1, 0.3, 2))
row("owens_t", "T(h, 1) = Φ(h) Φ(−h)/2", lambda jax, h: jax.scipy.special.owens_t(h, 0 * h + 1),
    lambda xp, h: xp.special.ndtr(h) * xp.special.ndtr(-h) / 2, h=real(4))
row("boxcox", "(x^λ − 1)/λ", lambda jax, x, p: jax.scipy.special.boxcox(x, p), lambda xp, x, p: xp.expm1(p * xp.log(x)) / p,
    x=positive(4), p=real(4))
row("boxcox1p", "((1 + x)^λ − 1)/λ", lambda jax, x, p: jax.scipy.special.boxcox1p(x, p),
    lambda xp, x, p: xp.expm1(p * xp.log1p(x)) / p, x=positive(4), p=real(4))
row("factorial", "Γ(x + 1)", lambda jax, x: jax.scipy.special.factorial(x), lambda xp, x: xp.special.gamma(x + 1),
    x=between(2.0, 4.0, 3))
row("comb", "n over k, by both", lambda jax, n, k: jax.scipy.special.comb(n, k),
    lambda xp, n, k: 1 / ((n + 1) * xp.special.beta(n - k + 1, k + 1)), n=between(4.0, 6.0, 3), k=between(1.2, 2.5, 3))
row("bessel_jn", "Jₖ(z), k = 0 … 3", lambda jax, z: jax.scipy.special.bessel_jn(z, v=3),
    lambda xp, z: xp.stack([xp.special.jv(k, z) for k in range(4)]), z=between(1.0, 3.0, 2))
row("sph_harm_y", "Re + 2 Im of Y₂₁(θ, φ) = −½ √(15/2π) sin θ cos θ e^(iφ)",
    lambda jax, t, p: (lambda y: y.real + 2 * y.imag)(
        jax.scipy.special.sph_harm_y(jax.numpy.array([2]), jax.numpy.array([1]), t, p, n_max=2)),
    lambda xp, t, p: -xp.sqrt(15 / (2 * xp.asarray(xp.pi, dtype=t.dtype))) / 2 * xp.sin(t) * xp.cos(t) * (xp.cos(p) + 2 * xp.sin(p)),
    t=between(0.3, 1.2, 1), p=between(0.3, 1.2, 1))


# Signals


def convolved(xp: Any, x: Any, y: Any) -> Any:
    """All of x * y, of one axis."""
    n = x.shape[0] + y.shape[0] - 1
    return xp.stack([sum(x[i] * y[k - i] for i in range(x.shape[0]) if 0 <= k - i < y.shape[0]) for k in range(n)])


def convolved_2d(xp: Any, x: Any, y: Any) -> Any:
    (m, n), (p, q) = x.shape, y.shape
    return xp.stack([xp.stack([
        sum(x[i, j] * y[k - i, h - j] for i in range(m) for j in range(n) if 0 <= k - i < p and 0 <= h - j < q)
        for h in range(n + q - 1)]) for k in range(m + p - 1)])


def convolve(name: str, formula: str, function: str, definition: Any, **options: Any) -> None:
    row(name, formula, lambda jax, x, y: getattr(jax.scipy.signal, function)(x, y, **options), definition, x=real(5), y=real(3))


convolve("convolve_full", "x * y", "convolve", lambda xp, x, y: convolved(xp, x, y))
convolve("convolve_same", "x * y, as many as x", "convolve", lambda xp, x, y: convolved(xp, x, y)[1:6], mode="same")
convolve("convolve_valid", "x * y where they overlap", "convolve", lambda xp, x, y: convolved(xp, x, y)[2:5], mode="valid")
convolve("convolve_fft", "x * y by Fourier transforms", "convolve", lambda xp, x, y: convolved(xp, x, y), method="fft")
convolve("fftconvolve_same", "x * y by Fourier transforms, as many as x", "fftconvolve", lambda xp, x, y: convolved(xp, x, y)[1:6], mode="same")
convolve("correlate_full", "x * y backwards", "correlate", lambda xp, x, y: convolved(xp, x, y[::-1]))
convolve("correlate_same", "x * y backwards, as many as x", "correlate", lambda xp, x, y: convolved(xp, x, y[::-1])[1:6], mode="same")
row("convolve2d", "X * Y", lambda jax, x, y: jax.scipy.signal.convolve2d(x, y), lambda xp, x, y: convolved_2d(xp, x, y), x=real(3, 2), y=real(2, 2))
row("convolve2d_same", "X * Y, as many as X", lambda jax, x, y: jax.scipy.signal.convolve2d(x, y, mode="same"),
    lambda xp, x, y: convolved_2d(xp, x, y)[1:4, 1:3], x=real(3, 2), y=real(3, 3))
row("correlate2d_valid", "X * Y backwards, where they overlap", lambda jax, x, y: jax.scipy.signal.correlate2d(x, y, mode="valid"),
    lambda xp, x, y: convolved_2d(xp, x, y[::-1, ::-1])[1:3, 1:2], x=real(3, 2), y=real(2, 2))
row("detrend_constant", "x − x̄", lambda jax, x: jax.scipy.signal.detrend(x, type="constant"), lambda xp, x: x - xp.mean(x), x=real(4))
row("detrend_linear", "x without its line", lambda jax, x: jax.scipy.signal.detrend(x, axis=0),
    lambda xp, x: (lambda t: x - xp.mean(x) - t * (xp.sum(t * x) / xp.sum(t * t)))(xp.arange(5, dtype=x.dtype) - 2), x=real(5))


def frames(xp: Any, x: Any, length: int, step: int) -> Any:
    return xp.stack([x[i : i + length] for i in range(0, x.shape[0] - length + 1, step)])


row("stft", "Re + 2 Im of the transforms of windows of 4",
    lambda jax, x: (lambda z: z.real + 2 * z.imag)(
        jax.scipy.signal.stft(x, window="boxcar", nperseg=4, noverlap=2, boundary=None, padded=False)[2]),
    lambda xp, x: xp.matrix_transpose((lambda z: xp.real(z) + 2 * xp.imag(z))(xp.fft.rfft(frames(xp, x, 4, 2), axis=-1))) / 4,
    x=real(8))
row("welch", "the mean power of windows of 4",
    lambda jax, x: jax.scipy.signal.welch(x, window="boxcar", nperseg=4, noverlap=2, detrend=False)[1],
    lambda xp, x: xp.mean(xp.abs(xp.fft.rfft(frames(xp, x, 4, 2), axis=-1)) ** 2, axis=0) / 4 * xp.asarray([1.0, 2.0, 1.0]),
    x=real(8))

# Grids


def between_cells(xp: Any, x: Any, t: Any) -> Any:
    """Of x (n,) at t by straight lines."""
    i = xp.astype(xp.floor(t), xp.int64)
    w = t - xp.floor(t)
    return xp.take(x, i) * (1 - w) + xp.take(x, i + 1) * w


def rows_between(xp: Any, x: Any, s: Any) -> Any:
    """The row of a table that lies at s."""
    i = xp.astype(xp.floor(s), xp.int64)
    w = (s - xp.floor(s))[0]
    return xp.take(x, i, axis=0)[0] * (1 - w) + xp.take(x, i + 1, axis=0)[0] * w


row("map_coordinates", "x between its places", lambda jax, x, t: jax.scipy.ndimage.map_coordinates(x, [t], order=1),
    lambda xp, x, t: between_cells(xp, x, t), x=real(4), t=fixed([0.4, 2.7, 1.3]))
row("map_coordinates_nearest", "x beyond its ends, as at them",
    lambda jax, x, t: jax.scipy.ndimage.map_coordinates(x, [t], order=1, mode="nearest"),
    lambda xp, x, t: between_cells(xp, xp.concat([x[:1], x, x[-1:]]), t + 1), x=real(4), t=fixed([-0.6, 3.3, 1.3]))
row("map_coordinates_constant", "x beyond its ends, 0",
    lambda jax, x, t: jax.scipy.ndimage.map_coordinates(x, [t], order=1, mode="constant"),
    lambda xp, x, t: between_cells(xp, xp.concat([0 * x[:1], x, 0 * x[:1]]), t + 1), x=real(4), t=fixed([-0.6, 3.3, 1.3]))
row("map_coordinates_wrap", "x, around",
    lambda jax, x, t: jax.scipy.ndimage.map_coordinates(x, [t], order=1, mode="wrap"),
    lambda xp, x, t: between_cells(xp, xp.concat([x, x, x]), t + 4), x=real(4), t=fixed([-1.6, 4.3, 1.3]))
row("map_coordinates_mirror", "x, mirrored at its last places",
    lambda jax, x, t: jax.scipy.ndimage.map_coordinates(x, [t], order=1, mode="mirror"),
    lambda xp, x, t: between_cells(xp, xp.concat([x[:0:-1], x, x[2::-1]]), t + 3), x=real(4), t=fixed([-1.6, 4.3, 1.3]))
row("map_coordinates_2d", "x between the places of a table",
    lambda jax, x, s, t: jax.scipy.ndimage.map_coordinates(x, [s, t], order=1),
    lambda xp, x, s, t: between_cells(xp, rows_between(xp, x, s), t),
    x=real(3, 3), s=fixed([1.3]), t=fixed([0.6]))
row("grid_interpolator", "values on a grid, between its places",
    lambda jax, x, v: jax.scipy.interpolate.RegularGridInterpolator((jax.numpy.arange(4.0),), v)(x[:, None]),
    lambda xp, x, v: between_cells(xp, v, x), x=fixed([0.4, 2.7, 1.3]), v=real(4))
row("grid_interpolator_nearest", "values on a grid, the nearest",
    lambda jax, x, v: jax.scipy.interpolate.RegularGridInterpolator((jax.numpy.arange(4.0),), v, method="nearest")(x),
    lambda xp, x, v: xp.stack([v[0], v[3], v[1]]), x=constant([[0.4], [2.7], [1.3]]), v=real(4))
row("trapezoid", "the area below straight lines", lambda jax, y, x: jax.scipy.integrate.trapezoid(y, x),
    lambda xp, y, x: xp.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1])) / 2, y=real(4), x=apart(4))


# Rotations


def cross_matrix(xp: Any, v: Any) -> Any:
    zero = 0 * v[0]
    return xp.stack([xp.stack([zero, -v[2], v[1]]), xp.stack([v[2], zero, -v[0]]), xp.stack([-v[1], v[0], zero])])


def of_quaternion(xp: Any, q: Any) -> Any:
    x, y, z, w = (q[i] / xp.sqrt(xp.sum(q * q)) for i in range(4))
    return xp.stack([
        xp.stack([x * x - y * y - z * z + w * w, 2 * (x * y - z * w), 2 * (x * z + y * w)]),
        xp.stack([2 * (x * y + z * w), -x * x + y * y - z * z + w * w, 2 * (y * z - x * w)]),
        xp.stack([2 * (x * z - y * w), 2 * (y * z + x * w), -x * x - y * y + z * z + w * w]),
    ])  # fmt: skip


def vector_of(xp: Any, R: Any) -> Any:
    """The axis of a rotation, as long as its angle is wide."""
    angle = xp.acos((xp.linalg.trace(R) - 1) / 2)
    return angle / (2 * xp.sin(angle)) * xp.stack([R[2, 1] - R[1, 2], R[0, 2] - R[2, 0], R[1, 0] - R[0, 1]])


def about(xp: Any, axis: int, angle: Any) -> Any:
    """The rotation about an axis."""
    return xp.linalg.expm(cross_matrix(xp, xp.stack([angle if i == axis else 0 * angle for i in range(3)])))


row("rotation_of_vector", "exp of the cross matrix of v",
    lambda jax, v: jax.scipy.spatial.transform.Rotation.from_rotvec(v).as_matrix(),
    lambda xp, v: xp.linalg.expm(cross_matrix(xp, v)), v=real(3))
row("rotation_of_quaternion", "the matrix of q/|q|",
    lambda jax, q: jax.scipy.spatial.transform.Rotation.from_quat(q).as_matrix(), lambda xp, q: of_quaternion(xp, q), q=real(4))
row("rotation_of_angles", "by three angles about the axes that stand still",
    lambda jax, a: jax.scipy.spatial.transform.Rotation.from_euler("xyz", a).as_matrix(),
    lambda xp, a: about(xp, 2, a[2]) @ about(xp, 1, a[1]) @ about(xp, 0, a[0]), a=real(3))
row("rotation_apply", "p, turned", lambda jax, v, p: jax.scipy.spatial.transform.Rotation.from_rotvec(v).apply(p),
    lambda xp, v, p: xp.linalg.expm(cross_matrix(xp, v)) @ p, v=real(3), p=real(3))
row("rotation_vector", "the vector of a product of rotations",
    lambda jax, u, v: (lambda r: (r.from_rotvec(u) * r.from_rotvec(v)).as_rotvec())(jax.scipy.spatial.transform.Rotation),
    lambda xp, u, v: vector_of(xp, xp.linalg.expm(cross_matrix(xp, u)) @ xp.linalg.expm(cross_matrix(xp, v))),
    u=fixed([0.5, -0.7, 0.4]), v=fixed([0.3, 0.6, -0.2]))
row("rotation_product", "two rotations, one after the other",
    lambda jax, u, v: (lambda r: (r.from_rotvec(u) * r.from_rotvec(v)).as_matrix())(jax.scipy.spatial.transform.Rotation),
    lambda xp, u, v: xp.linalg.expm(cross_matrix(xp, u)) @ xp.linalg.expm(cross_matrix(xp, v)), u=real(3), v=real(3))
row("rotation_inverse", "the rotation back", lambda jax, v: jax.scipy.spatial.transform.Rotation.from_rotvec(v).inv().as_matrix(),
    lambda xp, v: xp.linalg.expm(cross_matrix(xp, -v)), v=real(3))
