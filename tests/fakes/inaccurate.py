"""Backends for the accuracy board: our own engine, but for one function that goes wrong in one way."""

import os

import numpy as np
from adbench.backends.numpy import NumPy

from adbench import engine
from adbench.errors import Unsupported
from adbench.namespace import Namespace


def _with(**functions):
    return Namespace("the fake", NumPy.namespace, functions)


class OneMinusSquare(NumPy):
    """tanh' = 1 − tanh², which cancels: right to the eye, 0 from x = 19 on."""

    namespace = _with(
        tanh=engine.custom_vjp(
            np.tanh, vjp=lambda y_bar, y, x: y_bar * (1 - y * y), jvp=lambda x_dot, y, x: x_dot * (1 - y * y)
        )
    )


class NaNFarOut(NumPy):
    """tanh' is NaN beyond 5, in reverse mode alone."""

    namespace = _with(
        tanh=engine.custom_vjp(
            np.tanh,
            vjp=lambda y_bar, y, x: y_bar * np.where(np.abs(x) > 5, np.nan, 1 / np.cosh(x) ** 2),
            jvp=lambda x_dot, y, x: x_dot / np.cosh(x) ** 2,
        )
    )


class Swapped(NumPy):
    """The derivatives by the two operands of atan2 are taken for each other's; the value is right."""

    namespace = _with(
        atan2=engine.custom_vjp(
            np.arctan2,
            vjp=lambda y_bar, z, y, x: (-y_bar * y / (x * x + y * y), y_bar * x / (x * x + y * y)),
        )
    )


class ReverseAlone(NumPy):
    def jvp(self, f, primals, tangents):
        raise Unsupported("no forward mode here")


class Sums(NumPy):
    """sin gives its sum."""

    namespace = _with(sin=lambda x: engine.numpy.sum(engine.numpy.sin(x)))


class ExitsAtSine(NumPy):
    namespace = _with(sin=lambda x: os._exit(7))
