"""Steering: optimisation whose objective differentiates inside itself, after the classic benchmarks of nested AD.

`particle` steers a charged particle between two charges: its acceleration is the gradient of a potential, and the
error of its landing is minimised over where one of the charges stands. `saddle` is a minimisation of a maximisation,
a solver inside a solver. Both are to be done with forward and with reverse mode at either level: of the two letters
of a mode the first is the outer derivative's, f or r. The cases are what must be differentiated on the way, with the
inner derivative by `ad`; `steered` and `saddle_point` are the whole problems, and `descend` is the solver of both.

Source: Siskind & Pearlmutter, Using polyvariant union-free flow analysis to compile AD (2008), the examples
`particle` and `saddle`.
"""

from __future__ import annotations

from adbench.cases.nested import gradient

from adbench.case import case

SOURCE = "Siskind & Pearlmutter (2008), examples `particle` and `saddle`"
NESTINGS = ("ff", "fr", "rf", "rr")


# The charged particle: from (0, 8) with velocity (0.75, 0), between charges at (10, 10 − w) and (10, 0)


def acceleration(xp, mode, w, x):
    """−∇p of p = 1/‖x − (10, 10 − w)‖ + 1/‖x − (10, 0)‖."""

    def potential(x):
        a, b = x[0] - 10, x[1]
        return 1 / xp.sqrt(a**2 + (b - 10 + w) ** 2) + 1 / xp.sqrt(a**2 + b**2)

    return -gradient(xp, mode, potential)(x)


def landing_error(xp, mode, w, time_step=0.1, steps=None):
    """The square of where the particle, flying on straight, meets the ground; without `steps`, once it is below."""
    x, v = (xp.asarray(start, dtype=w.dtype) for start in ([0.0, 8.0], [0.75, 0.0]))
    taken = 0
    while True:
        a = acceleration(xp, mode, w, x)
        x = x + time_step * v
        taken += 1
        if taken == steps or (steps is None and x[1] <= 0):
            return (x[0] - x[1] / v[1] * v[0]) ** 2
        v = v + time_step * a


def steered(xp, outer, inner):
    """The w (1,) of the least landing error."""
    return descend(xp, outer, lambda w: landing_error(xp, inner, w[0]), xp.zeros(1, dtype=xp.float64))


# The saddle: min over x of max over y of ‖x‖² − ‖y‖², from (1, 1)


def difference(xp, x, y):
    return xp.sum(x**2) - xp.sum(y**2)


def saddle_point(xp, outer, inner):
    """The x (2,) and y (2,) that the solver inside the solver finds."""
    start = xp.ones(2, dtype=xp.float64)

    def best_response(x):
        return descend(xp, inner, lambda y: -difference(xp, x, y), start)

    x = descend(xp, outer, lambda x: difference(xp, x, best_response(x)), start)
    return x, best_response(x)


def descend(xp, mode, f, x):
    """Minimise f from x by gradient descent, in steps that double after ten that succeed and halve after a failure."""
    threshold, eta, successes = 1e-5, 1e-5, 0
    fx, g = f(x), gradient(xp, mode, f)(x)
    while length(xp, g) > threshold:
        if successes == 10:
            eta, successes = 2 * eta, 0
        moved = x - eta * g
        if length(xp, x - moved) <= threshold:
            break
        f_moved = f(moved)
        if f_moved < fx:
            x, fx, g, successes = moved, f_moved, gradient(xp, mode, f)(moved), successes + 1
        else:
            eta, successes = eta / 2, 0
    return x


def length(xp, x):
    return xp.sqrt(xp.sum(x**2))


# The cases: a short flight, and solvers of a few steps of one size, so that no branch depends on the inputs


def flight(mode):
    @case(name=f"landing_error_{mode}", wrt=("w",), sizes={"small": {}}, source=SOURCE)
    def error(xp, w):
        """Square of where a particle between two charges lands, flying on straight after 3 steps; w ()."""
        return landing_error(xp, mode, w, time_step=8.0, steps=3)

    error.inputs(lambda rng: {"w": rng.uniform(0.0, 0.4)})


def steering_step(modes):
    outer, inner = modes

    @case(name=f"particle_{modes}", wrt=("w",), sizes={"small": {}}, source=SOURCE)
    def particle(xp, w):
        """w − dE/dw / 10, a step of descent on the landing error E; w (1,)."""
        return w - gradient(xp, outer, lambda w: landing_error(xp, inner, w[0], time_step=8.0, steps=3))(w) / 10

    particle.inputs(lambda rng: {"w": rng.uniform(0.0, 0.4, 1)})


def saddle_steps(modes, count=2, eta=0.125):
    outer, inner = modes

    @case(name=f"saddle_{modes}", wrt=("x", "y"), sizes={"small": {}}, source=SOURCE)
    def saddle(xp, x, y):
        """‖x‖² − ‖y‖² after 2 steps of descent in x on its value after 2 of ascent in y; x (2,), y (2,)."""

        def ascended(x):
            at = y
            for _ in range(count):
                at = at + eta * gradient(xp, inner, lambda y: difference(xp, x, y))(at)
            return difference(xp, x, at)

        for _ in range(count):
            x = x - eta * gradient(xp, outer, ascended)(x)
        return ascended(x)

    shrunk = (1 - 2 * eta) ** (2 * count)  # each step multiplies by 1 − 2η
    saddle.inputs(lambda rng: {"x": rng.uniform(0.5, 1.5, 2), "y": rng.uniform(0.5, 1.5, 2)})
    saddle.jacobian("x")(lambda xp, x, y: 2 * shrunk * x)
    saddle.jacobian("y")(lambda xp, x, y: -2 * shrunk * y)


for mode in ("f", "r"):
    flight(mode)
for modes in NESTINGS:
    steering_step(modes)
    saddle_steps(modes)
