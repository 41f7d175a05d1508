"""Every function of one matrix: value, both first orders and the second are enclosed, against mpmath's differences.

Along A(s, t) = A + s U + t V + s t W a jet of A carries (A, U, V, W), and f(A) must carry f, ∂f/∂s, ∂f/∂t, ∂²f/∂s∂t.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, arb_mat
from mpmath import mp

from adbench.oracle import linalg
from adbench.oracle.jet import Jet, jet
from adbench.oracle.precision import working

STEP_BITS = 200  # of the difference quotients, so that their error is about 2^-400
DIFFERENCE_BITS = 1300
NOISE = 2.0**-360


def flat(m):
    return [m[i, j] for i in range(m.rows) for j in range(m.cols)]


def symmetric(a):
    return (a + a.T) / 2


def eigensystem(a):
    w, v = mp.eigsy(symmetric(a))
    order = sorted(range(len(w)), key=lambda i: w[i])
    return [w[i] for i in order], [mp.matrix([v[r, i] for r in range(v.rows)]) for i in order]


def with_our_sign(v):
    middles = [abs(x) for x in v]
    first = next(x for x in v if 2 * abs(x) >= max(middles))
    return v if first > 0 else -v


def singular(a):
    if a.rows < a.cols:
        v, s, u = singular(a.T)
        return u, s, v
    s2, v = eigensystem(a.T * a)
    s = [mp.sqrt(x) for x in reversed(s2)]
    v = [with_our_sign(x) for x in reversed(v)]
    return [a * x / y for x, y in zip(v, s, strict=True)], s, v


def gram_schmidt(a):
    """Q and R with LAPACK's signs for a matrix of which NumPy knows them."""
    signs = np.sign(np.diagonal(np.linalg.qr(np.array(a.tolist(), dtype=float))[1]))
    k = min(a.rows, a.cols)
    q = mp.matrix(a.rows, k)
    for j in range(k):
        x = a[:, j]
        for i in range(j):
            x = x - q[:, i] * (q[:, i].T * a[:, j])[0]
        q[:, j] = x / mp.norm(x) * int(signs[j])
    return q, q.T * a


def norm_of(power):
    return lambda a: [mp.fsum(abs(x) ** power for x in a) ** (mp.mpf(1) / power)]


SQUARE = np.array([[1.25, -0.5, 0.75], [0.375, -2.0, 1.125], [0.5, 0.8, 3.0]])
POSITIVE = np.array([[4.0, 0.5, -1.25], [0.5, 2.5, 0.3], [-1.25, 0.3, 3.7]])
TALL = np.array([[1.5, 0.25], [-0.75, 2.0], [0.6, 1.0], [0.1, -0.4]])

# name: function of jets, function of mpmath, the matrix
CASES = {
    "det": (linalg.det, lambda a: [mp.det(a)], SQUARE),
    "slogdet": (lambda a: linalg.slogdet(a).logabsdet, lambda a: [mp.log(abs(mp.det(a)))], SQUARE),
    "inv": (linalg.inv, lambda a: flat(a**-1), SQUARE),
    "solve": (
        lambda a: linalg.solve(a, np.array([1, -2, 3])),
        lambda a: flat(a**-1 * mp.matrix([1, -2, 3])),
        SQUARE,
    ),
    "cholesky": (linalg.cholesky, lambda a: flat(mp.cholesky(symmetric(a))), POSITIVE),
    "cholesky upper": (
        lambda a: linalg.cholesky(a, upper=True),
        lambda a: flat(mp.cholesky(symmetric(a)).T),
        POSITIVE,
    ),
    "qr: Q": (lambda a: linalg.qr(a).Q, lambda a: flat(gram_schmidt(a)[0]), SQUARE),
    "qr: R": (lambda a: linalg.qr(a).R, lambda a: flat(gram_schmidt(a)[1]), SQUARE),
    "qr tall: Q": (lambda a: linalg.qr(a).Q, lambda a: flat(gram_schmidt(a)[0]), TALL),
    "qr tall: R": (lambda a: linalg.qr(a).R, lambda a: flat(gram_schmidt(a)[1]), TALL),
    "qr wide: R": (lambda a: linalg.qr(a).R, lambda a: flat(gram_schmidt(a)[1]), TALL.T),
    "qr complete: Q₂Q₂ᵀ": (
        lambda a: linalg.qr(a, mode="complete").Q[:, 2:] @ linalg.qr(a, mode="complete").Q[:, 2:].T,
        lambda a: flat(mp.eye(4) - a * (a.T * a) ** -1 * a.T),
        TALL,
    ),
    "pinv tall": (linalg.pinv, lambda a: flat((a.T * a) ** -1 * a.T), TALL),
    "pinv wide": (linalg.pinv, lambda a: flat(a.T * (a * a.T) ** -1), TALL.T),
    "eigvalsh": (linalg.eigvalsh, lambda a: eigensystem(a)[0], POSITIVE),
    "eigh: eigenvalues": (lambda a: linalg.eigh(a).eigenvalues, lambda a: eigensystem(a)[0], POSITIVE),
    "eigh: eigenvectors": (
        lambda a: np.matrix_transpose(linalg.eigh(a).eigenvectors),
        lambda a: [x for v in eigensystem(a)[1] for x in with_our_sign(v)],
        POSITIVE,
    ),
    "svdvals": (linalg.svdvals, lambda a: singular(a)[1], SQUARE),
    "svdvals tall": (linalg.svdvals, lambda a: singular(a)[1], TALL),
    "svdvals wide": (linalg.svdvals, lambda a: singular(a)[1], TALL.T),
    "svd: U": (
        lambda a: np.matrix_transpose(linalg.svd(a, full_matrices=False).U),
        lambda a: [x for u in singular(a)[0] for x in u],
        TALL,
    ),
    "svd: Vh": (lambda a: linalg.svd(a).Vh, lambda a: [x for v in singular(a)[2] for x in v], SQUARE),
    "matrix_power 3": (lambda a: linalg.matrix_power(a, 3), lambda a: flat(a**3), SQUARE),
    "matrix_power -2": (lambda a: linalg.matrix_power(a, -2), lambda a: flat(a**-2), SQUARE),
    "expm": (linalg.expm, lambda a: flat(mp.expm(a)), SQUARE),
    "matrix_norm fro": (linalg.matrix_norm, norm_of(2), TALL),
    "matrix_norm nuc": (lambda a: linalg.matrix_norm(a, ord="nuc"), lambda a: [mp.fsum(singular(a)[1])], TALL),
    "matrix_norm 2": (lambda a: linalg.matrix_norm(a, ord=2), lambda a: [singular(a)[1][0]], TALL),
    "matrix_norm -2": (lambda a: linalg.matrix_norm(a, ord=-2), lambda a: [singular(a)[1][-1]], TALL),
    "vector_norm 2": (linalg.vector_norm, norm_of(2), TALL),
    "vector_norm 3": (lambda a: linalg.vector_norm(a, ord=3), norm_of(3), TALL),
    "vector_norm 4": (lambda a: linalg.vector_norm(a, ord=4), norm_of(4), TALL),
    "vector_norm 2.5": (lambda a: linalg.vector_norm(a, ord=2.5), norm_of(mp.mpf("2.5")), TALL),
    "vector_norm -1": (lambda a: linalg.vector_norm(a, ord=-1), norm_of(-1), TALL),
}


def directions(a):
    rng = np.random.default_rng(7)
    return [np.round(rng.uniform(-1, 1, a.shape) * 64) / 64 for _ in range(3)]


def active(a, second=True):
    """A as jets with the directions U and 3U to the first and V and W to the second order."""
    u, v, w = directions(a)
    made = np.empty(a.shape, dtype=object)
    for i in np.ndindex(a.shape):
        rows = [arb_mat(1, 2, [arb(d[i]), arb(3 * d[i])]) for d in (u, w)]
        made[i] = Jet(arb(a[i]), rows[0], arb(v[i]), rows[1]) if second else Jet(arb(a[i]), rows[0])
    return made


def differences(f, a):
    """f, ∂f/∂s, ∂f/∂t and ∂²f/∂s∂t as lists, by central differences."""
    with mpmath.workprec(DIFFERENCE_BITS):
        h = mp.mpf(2) ** -STEP_BITS
        a, u, v, w = (mp.matrix(x.tolist()) for x in (a, *directions(a)))

        def at(s, t):
            return f(a + u * (s * h) + v * (t * h) + w * (s * t * h * h))

        centre, right, left, up, down = at(0, 0), at(1, 0), at(-1, 0), at(0, 1), at(0, -1)
        corners = zip(at(1, 1), at(1, -1), at(-1, 1), at(-1, -1), strict=True)
        return (
            centre,
            [(p - q) / (2 * h) for p, q in zip(right, left, strict=True)],
            [(p - q) / (2 * h) for p, q in zip(up, down, strict=True)],
            [(p - q - r + o) / (4 * h * h) for p, q, r, o in corners],
        )


@pytest.fixture(scope="module", params=CASES)
def known(request):
    f, true, a = CASES[request.param]
    return f, a, differences(true, a)


def parts(j):
    """The value, the derivatives along U, 3U and V, and the second ones along (U, V) and (3U, V), as balls."""
    zeros = [arb(0), arb(0)]  # what None stands for: an entry of zeros by structure
    dot, mixed = ([*part.entries()] if part is not None else zeros for part in (j.dot, j.mixed))
    return [j.value, *dot, arb(0) if j.along is None else j.along, *mixed]


def entries(y):
    return list(np.asarray(y, dtype=object).flat)


@pytest.mark.parametrize("bits", [24, 53, 320])
def test_value_and_both_orders_are_enclosed_and_narrow(known, encloses, bits):
    f, a, (value, along_u, along_v, second) = known
    with working(bits):
        y = entries(f(active(a)))
    assert len(y) == len(value)
    # All conditions here are below 10; expm gives up a bit to each of 10 squarings at 320 bits.
    squarings = 2**10 if bits > 100 else 1
    widest = [2**12, 2**12, 2**13, 2**12, 2**16, 2**17]
    for i, j in enumerate(y):
        true = (value[i], along_u[i], 3 * along_u[i], along_v[i], second[i], 3 * second[i])
        for ball, expected, limit in zip(parts(j), true, widest, strict=True):
            assert encloses(ball, expected, noise=NOISE)
            assert float(ball.rad()) <= limit * squarings * 2.0**-bits


def test_first_order_alone_gives_the_same_balls_and_no_second(known):
    f, a, _ = known
    for x, y in zip(entries(f(active(a, second=False))), entries(f(active(a))), strict=True):
        assert x.along is None
        assert x.mixed is None
        assert all(p.overlaps(q) for p, q in zip(parts(x)[:3], parts(y)[:3], strict=True))


def test_constants_stay_constant(known):
    f, a, true = known
    y = entries(f(a))
    assert all(j.is_constant for j in y)
    assert all(abs(float(j.value.mid()) - float(t)) < 1e-13 for j, t in zip(y, true[0], strict=True))


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith(("vector_norm", "qr complete"))])
def test_a_stack_is_the_stack_of_the_results(name):
    f, _, a = CASES[name]
    half, twice = active(a) * jet(0.5), active(a) * jet(2)
    y = np.asarray(f(np.stack([active(a), half, twice])[None]), dtype=object)
    assert y.shape == (1, 3, *np.shape(f(active(a))))
    for place, one in enumerate((active(a), half, twice)):
        for p, q in zip(entries(y[0, place]), entries(f(one)), strict=True):
            assert [b.repr() for b in parts(p)] == [b.repr() for b in parts(q)]
