"""Devices beside the processor: which of the chosen backends have the one that was asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from adbench.errors import AdbenchError, BackendNotInstalled
from adbench.runner.interpreters import HERE, Interpreters
from adbench.runner.process import Worker


def reach(
    device: str, backends: Sequence[str], interpreters: Interpreters = HERE, case_files: tuple[str, ...] = ()
) -> None:
    """Make the device one that workers can use, and see that a backend has it; the others' cells are unsupported.

    Raises:
        AdbenchError: none of the backends has the device, or one of them does not start.
    """
    if device == "cpu":
        return
    os.environ.setdefault("JAX_PLATFORMS", "")  # else workers give JAX the processor alone; empty is all that there are
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda name: _devices(name, interpreters.path(name), case_files), backends)
    had = {name: devices for name, devices in zip(backends, found, strict=True) if devices}
    if had and not any(device in devices for devices in had.values()):
        each = "; ".join(f"{name} has {' and '.join(devices)}" for name, devices in had.items())
        raise AdbenchError(f"none of the chosen backends has a device {device} on this machine: {each}")


def _devices(backend: str, python: str, case_files: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a backend; none where it is not installed."""
    try:
        worker = Worker(backend, case_files, python=python)
    except BackendNotInstalled:
        return ()
    worker.close()
    return worker.ready.devices
