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


@scalar_loop("gmm", d=3, k=2, n=2, gamma=0.75, m=2.0)
def gmm(xp, alpha, mu, q, l, x, gamma, m):
    """Scalar-loop form of objectives.gmm, row by row of Q; α (K,), μ, q (K, D), l (K, D(D−1)/2), x (N, D), γ, m ()."""
    (N, D), K = x.shape, alpha.shape[0]

    def row(k, i, vector):
        """Row i of Q_k times a vector; l has the triangle below the diagonal by columns."""
        below = (l[k, j * D - j * (j + 1) // 2 + i - j - 1] * vector[j] for j in range(i))
        return xp.exp(q[k, i]) * vector[i] + added(below)

    likelihood = -N * (0.5 * D * math.log(2 * math.pi) + log_sum_exp(xp, [alpha[k] for k in range(K)]))
    for n in range(N):
        beta = []
        for k in range(K):
            apart = [x[n, i] - mu[k, i] for i in range(D)]
            squares = added(row(k, i, apart) ** 2 for i in range(D))
            beta.append(alpha[k] + added(q[k, i] for i in range(D)) - 0.5 * squares)
        likelihood = likelihood + log_sum_exp(xp, beta)

    nu = D + m + 1
    log_gamma = D * (D - 1) / 4 * math.log(math.pi) + added(xp.special.gammaln((nu - i) / 2) for i in range(D))
    prior = K * (nu * D * xp.log(gamma / math.sqrt(2.0)) - log_gamma)
    for k in range(K):
        frobenius = added(xp.exp(2 * q[k, i]) for i in range(D)) + added(l[k, i] ** 2 for i in range(l.shape[1]))
        prior = prior - 0.5 * gamma**2 * frobenius + m * added(q[k, i] for i in range(D))
    return likelihood + prior


@scalar_loop("lstm", l=2, b=2, c=3)
def lstm(xp, main, extra, state, sequence):
    """Scalar-loop form of objectives.lstm, unit by unit; main (2l, 4b), extra (3, b), state (2l, b), text (c, b)."""
    (c, b), l = sequence.shape, main.shape[0] // 2
    state = [[state[i, j] for j in range(b)] for i in range(2 * l)]

    def sigmoid(z):
        return 1 / (1 + xp.exp(-z))

    total = 0.0
    for t in range(c - 1):
        a = [sequence[t, j] * extra[0, j] for j in range(b)]
        for i in range(l):
            h, C = state[2 * i], state[2 * i + 1]
            for j in range(b):

                def z(x, gate):
                    return x * main[2 * i, gate * b + j] + main[2 * i + 1, gate * b + j]

                keep, change = sigmoid(z(h[j], 1)), xp.tanh(z(h[j], 3))
                C[j] = C[j] * sigmoid(z(a[j], 0)) + keep * change
                h[j] = sigmoid(z(a[j], 2)) * xp.tanh(C[j])
                a[j] = h[j]
        y = [a[j] * extra[1, j] + extra[2, j] for j in range(b)]
        norm = xp.log(added(xp.exp(y[j]) for j in range(b)) + 2.0)
        total = total + added(sequence[t + 1, j] * (y[j] - norm) for j in range(b))
    return -total / ((c - 1) * b)


@scalar_loop("kmeans", k=2, n=4, d=2)
def kmeans(xp, centres, points):
    """Scalar-loop form of objectives.kmeans, distance by distance; centres (k, d), points (n, d)."""
    (k, d), cost = centres.shape, 0.0
    for i in range(points.shape[0]):
        distances = [added((centres[j, a] - points[i, a]) ** 2 for a in range(d)) for j in range(k)]
        least = distances[0]
        for distance in distances[1:]:
            least = xp.minimum(least, distance)
        cost = cost + least
    return cost


@scalar_loop("llsq", n=6, m=4)
def llsq(xp, x, t):
    """Scalar-loop form of objectives.llsq, each power from the one before; x (m,), t (n,)."""
    cost = 0.0
    for i in range(t.shape[0]):
        power, fit = 1.0, 0.0
        for j in range(x.shape[0]):
            fit = fit + x[j] * power
            power = power * t[i]
        cost = cost + (xp.sign(t[i]) - fit) ** 2
    return 0.5 * cost


@scalar_loop("lse", n=5)
def lse(xp, x):
    """Scalar-loop form of objectives.lse, a + log Σ exp(x − a) with a = max x; x (n,)."""
    return log_sum_exp(xp, [x[i] for i in range(x.shape[0])])


@scalar_loop("ode", n=3, steps=2)
def ode(xp, x, h):
    """Scalar-loop form of objectives.ode, unknown by unknown, four stages a step; x (n,), steps h (s,)."""
    n = x.shape[0]

    def slope(y):
        return [x[0], *(x[i] * y[i - 1] for i in range(1, n))]

    def ahead(y, step, k):
        return [y[i] + step * k[i] for i in range(n)]

    y = [0.0 * x[i] for i in range(n)]
    for s in range(h.shape[0]):
        k1 = slope(y)
        k2 = slope(ahead(y, h[s] / 2, k1))
        k3 = slope(ahead(y, h[s] / 2, k2))
        k4 = slope(ahead(y, h[s], k3))
        y = [y[i] + h[s] / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) for i in range(n)]
    return y[-1]


@scalar_loop("det", n=4)
def det(xp, A):
    """Scalar-loop form of objectives.det, by minors of the first row, and theirs, n! products; A (n, n)."""

    def minor(row, columns):
        if not columns:
            return 1.0
        others = [columns[:i] + columns[i + 1 :] for i in range(len(columns))]
        return added((-1) ** i * A[row, column] * minor(row + 1, others[i]) for i, column in enumerate(columns))

    return minor(0, list(range(A.shape[0])))
