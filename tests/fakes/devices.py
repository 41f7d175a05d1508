"""A library with a second device: arrays of two devices cannot be computed with."""

import numpy as np
from adbench.backends.free import Manual

from adbench.backend import Backend


class Placed(np.ndarray):
    """An array that knows where it is; NumPy's own may be computed with anywhere."""

    device = "cpu"

    def __array_finalize__(self, other):
        self.device = getattr(other, "device", "cpu")

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        return _computed(getattr(ufunc, method), inputs, options)

    def __array_function__(self, function, types, args, options):
        return _computed(function, args, options)


def place(x, device):
    placed = np.array(x).view(Placed)
    placed.device = device
    return placed


def _computed(function, args, options):
    devices = {x.device for x in args if isinstance(x, Placed)}
    if len(devices) > 1:
        raise RuntimeError(f"arrays on {' and '.join(sorted(devices))}")
    plain = [x.view(np.ndarray) if isinstance(x, Placed) else x for x in args]
    return place(function(*plain, **options), devices.pop())


class TwoDevices(Manual):
    """Jacobians as the base class derives them; every result is waited for on its own device."""

    jacfwd, jacrev = Backend.jacfwd, Backend.jacrev

    def devices(self):
        return "cpu", "second"

    def asarray(self, x, device="cpu"):
        return place(x, device)

    def to_numpy(self, x):
        return np.array(x)

    def synchronize(self, result):
        for x in result if isinstance(result, tuple | list) else [result]:
            if isinstance(x, tuple | list):
                self.synchronize(x)
            elif isinstance(x, Placed) and x.device != self.device:
                raise RuntimeError(f"a result is on {x.device}")


class StaysAtHome(TwoDevices):
    """Puts every array on the processor, wherever it should be."""

    def asarray(self, x, device="cpu"):
        return place(x, "cpu")


class WrongSign(TwoDevices):
    def vjp(self, f, primals):
        y, pullback = super().vjp(f, primals)
        return y, lambda y_bar: tuple(-x_bar for x_bar in pullback(y_bar))
