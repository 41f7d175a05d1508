"""The objectives of the AD benchmarks as scalar loops: entries read one by one, and added up in Python.

This is how those benchmarks' programs are written, and how many a first program is. To a library for arrays it is a
graph of thousands of tiny nodes, each the reading of an entry or the sum of two numbers; what it gives must be what the
array form of the family `objectives` gives. Closed forms are those of the array forms, so that proving them here proves
that both forms have one derivative. There are only small sizes.
"""

from __future__ import annotations

import math

from adbench.case import case
from adbench.cases import objectives


def scalar_loop(name, **size):
    """Define the scalar-loop form of an objective, with its inputs, its closed forms and its pullback."""
    array_form = getattr(objectives, name)

    def define(function):
        made = case(
            wrt=array_form.wrt,
            sizes={"small": size},
            name=name,
            domain=array_form.domain,
            source=array_form.source,
        )(function)
        made.inputs(lambda rng, **options: array_form.draw_inputs(rng, "small", options))
        made.vjp(array_form.pullback)
        for wrt, closed_form in array_form.jacobians.items():
            made.jacobian(wrt)(closed_form)
        for pair, closed_form in array_form.hessians.items():
            made.hessian(*pair)(closed_form)
        return made

    return define


def entries(x):
    """An array's entries, each read on its own, as nested lists."""
    if x.ndim == 1:
        return [x[i] for i in range(x.shape[0])]
    return [[x[i, j] for j in range(x.shape[1])] for i in range(x.shape[0])]


def added(terms):
    """Their sum, from the first to the last."""
    total = 0.0
    for term in terms:
        total = total + term
    return total


def log_sum_exp(xp, terms):
    """log Σ exp of scalars, by the largest."""
    top = terms[0]
    for term in terms[1:]:
        top = xp.maximum(top, term)
    return top + xp.log(added(xp.exp(term - top) for term in terms))


@scalar_loop("gmm", d=2, k=2, n=2, gamma=0.75, m=2.0)
def gmm(xp, alpha, mu, q, l, x, gamma, m):
    """Scalar-loop form of objectives.gmm, row by row of Q; α (K,), μ, q (K, D), l (K, D(D−1)/2), x (N, D), γ, m ()."""
    (N, D), K = x.shape, alpha.shape[0]
    alpha, mu, q, l, x = (entries(array) for array in (alpha, mu, q, l, x))
    diagonal = [[xp.exp(q[k][i]) for i in range(D)] for k in range(K)]

    def row(k, i, vector):
        """Row i of Q_k times a vector; l has the triangle below the diagonal by columns."""
        below = (l[k][j * D - j * (j + 1) // 2 + i - j - 1] * vector[j] for j in range(i))
        return diagonal[k][i] * vector[i] + added(below)

    likelihood = -N * (0.5 * D * math.log(2 * math.pi) + log_sum_exp(xp, alpha))
    for point in x:
        beta = []
        for k in range(K):
            apart = [point[i] - mu[k][i] for i in range(D)]
            squares = added(row(k, i, apart) ** 2 for i in range(D))
            beta.append(alpha[k] + added(q[k]) - 0.5 * squares)
        likelihood = likelihood + log_sum_exp(xp, beta)

    nu = D + m + 1
    log_gamma = D * (D - 1) / 4 * math.log(math.pi) + added(xp.special.gammaln((nu - i) / 2) for i in range(D))
    prior = K * (nu * D * xp.log(gamma / math.sqrt(2.0)) - log_gamma)
    for k in range(K):
        frobenius = added(entry**2 for entry in (*diagonal[k], *l[k]))
        prior = prior - 0.5 * gamma**2 * frobenius + m * added(q[k])
    return likelihood + prior


@scalar_loop("lstm", l=1, b=2, c=3)
def lstm(xp, main, extra, state, sequence):
    """Scalar-loop form of objectives.lstm, unit by unit; main (2l, 4b), extra (3, b), state (2l, b), text (c, b)."""
    c, b = sequence.shape
    main, extra, state, sequence = (entries(array) for array in (main, extra, state, sequence))

    def sigmoid(z):
        return 1 / (1 + xp.exp(-z))

    total = 0.0
    for t in range(c - 1):
        a = [sequence[t][j] * extra[0][j] for j in range(b)]
        for i in range(0, len(state), 2):
            weight, bias, h, C = main[i], main[i + 1], state[i], state[i + 1]
            for j in range(b):
                forget = sigmoid(a[j] * weight[j] + bias[j])
                keep = sigmoid(h[j] * weight[b + j] + bias[b + j])
                show = sigmoid(a[j] * weight[2 * b + j] + bias[2 * b + j])
                change = xp.tanh(h[j] * weight[3 * b + j] + bias[3 * b + j])
                C[j] = C[j] * forget + keep * change
                a[j] = h[j] = show * xp.tanh(C[j])
        y = [a[j] * extra[1][j] + extra[2][j] for j in range(b)]
        norm = xp.log(added(xp.exp(y[j]) for j in range(b)) + 2.0)
        total = total + added(sequence[t + 1][j] * (y[j] - norm) for j in range(b))
    return -total / ((c - 1) * b)


@scalar_loop("kmeans", k=2, n=3, d=2)
def kmeans(xp, centres, points):
    """Scalar-loop form of objectives.kmeans, distance by distance; centres (k, d), points (n, d)."""
    centres, points, cost = entries(centres), entries(points), 0.0
    for point in points:
        distances = [added((c - p) ** 2 for c, p in zip(centre, point, strict=True)) for centre in centres]
        least = distances[0]
        for distance in distances[1:]:
            least = xp.minimum(least, distance)
        cost = cost + least
    return cost


@scalar_loop("llsq", n=4, m=3)
def llsq(xp, x, t):
    """Scalar-loop form of objectives.llsq, each power from the one before; x (m,), t (n,)."""
    x, cost = entries(x), 0.0
    for at in entries(t):
        power, fit = 1.0, 0.0
        for coefficient in x:
            fit = fit + coefficient * power
            power = power * at
        cost = cost + (xp.sign(at) - fit) ** 2
    return 0.5 * cost


@scalar_loop("lse", n=3)
def lse(xp, x):
    """Scalar-loop form of objectives.lse, a + log Σ exp(x − a) with a = max x; x (n,)."""
    return log_sum_exp(xp, entries(x))


@scalar_loop("ode", n=2, steps=2)
def ode(xp, x, h):
    """Scalar-loop form of objectives.ode, unknown by unknown, four stages a step; x (n,), steps h (s,)."""
    n, x = x.shape[0], entries(x)

    def slope(y):
        return [x[0], *(x[i] * y[i - 1] for i in range(1, n))]

    def ahead(y, step, k):
        return [y[i] + step * k[i] for i in range(n)]

    y = [0.0 * x[i] for i in range(n)]
    for step in entries(h):
        k1 = slope(y)
        k2 = slope(ahead(y, step / 2, k1))
        k3 = slope(ahead(y, step / 2, k2))
        k4 = slope(ahead(y, step, k3))
        y = [y[i] + step / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) for i in range(n)]
    return y[-1]


@scalar_loop("det", n=3)
def det(xp, A):
    """Scalar-loop form of objectives.det, by minors of the first row, and theirs, n! products; A (n, n)."""

    def determinant(rows):
        if not rows:
            return 1.0
        (first, *others), total = rows, 0.0
        for i, entry in enumerate(first):
            minor = determinant([row[:i] + row[i + 1 :] for row in others])
            total = total - entry * minor if i % 2 else total + entry * minor
        return total

    return determinant(entries(A))
