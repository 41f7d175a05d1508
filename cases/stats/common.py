"""What the distributions share: hard points, torch's way to build them, and the cases of their functions."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from adbench.case import DTYPES, Bounds, case

Inputs = dict[str, Any]
Function = Callable[..., Any]
Draw = Callable[[np.random.Generator], Inputs]
Span = tuple[float, float]

SOURCE = "SciPy, scipy.stats"
F64, F32 = ("float64",), ("float32",)
SHAPES = ((2, 1), (3,), (), (), ())  # of the variate and of the parameters, in order
IN_TORCH = {"logpdf": "log_prob", "logpmf": "log_prob", "cdf": "cdf", "ppf": "icdf"}
NOT_IN_TORCH = (("beta", "cdf"), ("poisson", "cdf"), ("t", "cdf"))
NO_RULE = (("gamma", "cdf"), ("beta", "cdf"), ("chi2", "cdf"), ("t", "cdf"))  # by the shape, in our engine
POSITIVE: Bounds = (0.0, None)
PROBABILITY: Bounds = (0.0, 1.0)
DOMAINS = {
    **dict.fromkeys(("scale", "df", "a", "b", "kappa", "mu", "n", "alpha"), POSITIVE),
    **dict.fromkeys(("p", "q"), PROBABILITY),
}
UNIT = {"x": (-2.0, 2.0), "q": (0.1, 0.9), "loc": (-1.0, 1.0), "scale": (0.5, 2.0)}
BEYOND = {**UNIT, "x": (1.2, 4.0)}  # of what begins at loc
LOG_TWO_PI = math.log(2 * math.pi)


@dataclass(frozen=True)
class Points:
    """Where the named functions are hard.

    Attributes:
        inputs: a value of each, or a list of them.
        steady: whether the definition, computed as it stands, keeps its digits there.
    """

    functions: str
    inputs: Inputs
    dtypes: tuple[str, ...]
    tags: tuple[str, ...] = ()
    steady: bool = True


def at(functions: str, of: tuple[str, ...] = DTYPES, **inputs: Any) -> Points:
    return Points(functions, inputs, of)


def trap(functions: str, of: tuple[str, ...] = DTYPES, steady: bool = True, **inputs: Any) -> Points:
    return Points(functions, inputs, of, ("hazard",), steady)


def unchecked(d: Any, name: str, *parameters: Any, **named: Any) -> Any:
    return getattr(d, name)(*parameters, **named, validate_args=False)


def moved(d: Any, base: Any, loc: Any, scale: Any = 1.0) -> Any:
    """torch's distribution of loc + scale · X."""
    return unchecked(d, "TransformedDistribution", base, d.AffineTransform(loc, scale))


def distribution(
    key: str,
    *,
    functions: Mapping[str, Function],
    drawn: Mapping[str, Span] | Draw,
    torch: Function | None = None,
    hard: Mapping[str, Points] | None = None,
    counts: tuple[str, ...] = (),
    by: Mapping[str, tuple[str, ...]] | None = None,
    scipy: str = "",
) -> None:
    """The cases of one distribution's functions.

    Args:
        key: what their names begin with.
        functions: by SciPy's name the definition, of the variate and then the parameters in SciPy's order.
        drawn: by input where its ordinary points are drawn from, or a function that draws them all.
        torch: torch's distribution, from `torch.distributions` and the parameters.
        hard: by name, points in the tails and at the limits.
        counts: inputs by which nothing is differentiated.
        by: by function, what it is differentiated by, one case each; default all but the counts, together.
        scipy: its name in SciPy; default the key.
    """
    scipy = scipy or key
    for function, definition in functions.items():
        names = _names(definition)
        definition.__doc__ = f"scipy.stats.{scipy}.{function}({', '.join(names)})."
        natives = _natives(scipy, torch, function, names)
        own = {} if (scipy, function) in NO_RULE else {"numpy": definition}
        draw = drawn if callable(drawn) else _drawn(drawn, names)
        places = {where: points for where, points in (hard or {}).items() if function in points.functions.split()}
        all_free = " ".join(n for n in names if n not in counts)
        for i, wrt in enumerate((by or {}).get(function, (all_free,))):
            suffix = f"_by_{wrt.replace(' ', '_')}" if i else ""
            _define(f"{key}_{function}{suffix}", definition, natives | own, tuple(wrt.split()), draw)
            for where, points in places.items():
                apis = natives | (own if points.steady else {})
                fields = {"dtypes": points.dtypes, "tags": points.tags}
                name = f"{key}_{function}_{where}{suffix}"
                _define(name, definition, apis, tuple(wrt.split()), _fixed(points.inputs), **fields)


def vector(name: str, definition: Function, natives: dict[str, Function], draw: Draw, **fields: Any) -> None:
    """The case of a distribution of vectors, by all that its definition takes."""
    _define(name, definition, {**natives, "numpy": definition}, _names(definition), draw, **fields)


def _define(
    name: str, definition: Function, natives: dict[str, Function], wrt: tuple[str, ...], draw: Draw, **fields: Any
) -> None:
    """A case, of those inputs that the definition takes."""
    parameters = _names(definition)
    domain = {n: DOMAINS[n] for n in parameters if n in DOMAINS}
    made = case(name=name, wrt=wrt, native=natives, domain=domain, source=SOURCE, tier="full", **fields)(definition)
    made.inputs(lambda rng: {n: x for n, x in draw(rng).items() if n in parameters})


def _names(function: Function) -> tuple[str, ...]:
    """The inputs that a function over `xp` takes."""
    return tuple(inspect.signature(function).parameters)[1:]


def _natives(scipy: str, torch: Function | None, function: str, names: tuple[str, ...]) -> dict[str, Function]:
    def of_scipy(api: Any, *inputs: Any) -> Any:
        return getattr(getattr(api.stats, scipy), function)(*inputs)

    def of_torch(api: Any, variate: Any, *parameters: Any) -> Any:
        assert torch is not None
        return getattr(torch(api.distributions, *parameters), IN_TORCH[function])(variate)

    natives = {"scipy": _ordered(names, of_scipy)}
    if torch is None or function not in IN_TORCH or (scipy, function) in NOT_IN_TORCH:
        return natives
    return {**natives, "torch": _ordered(names, of_torch)}


def _ordered(names: tuple[str, ...], call: Function) -> Function:
    """`call(api, *inputs)` of inputs that are given in order or by name."""
    return lambda api, *given, **named: call(api, *given, *(named[n] for n in names[len(given) :]))


def _drawn(spans: Mapping[str, Span], names: tuple[str, ...]) -> Draw:
    return lambda rng: {n: rng.uniform(*spans[n], shape) for n, shape in zip(names, SHAPES, strict=False)}


def _fixed(inputs: Inputs) -> Draw:
    return lambda rng: {n: np.asarray(x, dtype=np.float64) for n, x in inputs.items()}
