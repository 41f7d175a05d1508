"""Every case of the catalogue in every mode: compiled as eager, at a point other than the one compiled at."""

import numpy as np
import pytest
from adbench.backends.numpy import NumPy, NumPyCompiled

from adbench import registry
from adbench.backend import ALONE, FIRST_ORDER
from adbench.errors import Unsupported

CASES = {n: case for n, case in registry.load_cases().items() if not case.native or {*case.native} & {*NumPy.apis}}


@pytest.mark.parametrize("name", CASES)
def test_the_catalogue(name):
    case, eager, compiled = CASES[name], NumPy(), NumPyCompiled()
    size = next(iter(case.sizes))
    inputs = case.make_inputs(size)
    constants = {n: x for n, x in inputs.items() if n not in case.wrt}
    for operator in FIRST_ORDER:
        for wrt in [(n,) for n in case.wrt] if operator in ALONE else [case.wrt]:
            rest = {n: inputs[n] for n in case.wrt if n not in wrt} | constants
            primals = tuple(inputs[n] for n in wrt)
            if operator in ALONE and primals[0].dtype.kind == "c":  # the engine has none by complex inputs
                continue
            f = eager.bind(case, rest, wrt)
            try:
                value = np.asarray(f(*primals))
            except Unsupported as lacking:
                pytest.skip(str(lacking))
            seeds = {"jvp": (tuple(map(direction, primals)),), "vjp": (direction(value),)}.get(operator, ())
            call = compiled.prepare(operator, f, tuple(x * (1 + 2.0**-8) for x in primals))
            agree(call(primals, *seeds), eager.prepare(operator, f, primals)(primals, *seeds))


def direction(like):
    """Of this shape and dtype, along which a function is not constant, as many are along their inputs."""
    rng = np.random.default_rng(like.size)
    made = rng.normal(size=like.shape)
    return np.asarray(made + 1j * rng.normal(size=like.shape) if like.dtype.kind == "c" else made, like.dtype)


def agree(got, expected):
    """Equal to a few roundings of the largest entry; infinite at the same ones, as of seeds near overflow."""
    if isinstance(expected, tuple):
        for a, b in zip(got, expected, strict=True):
            agree(a, b)
        return
    assert (np.shape(got), np.result_type(got)) == (np.shape(expected), np.result_type(expected))
    scale = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13 * scale)
