"""Shapes and sums."""

from __future__ import annotations

from adbench.cases.complex.common import Function, Shape, define, drawn


def d_cumulative_prod(xp, dz, z):
    pair = dz[..., 0] * z[:, 1] + z[:, 0] * dz[..., 1]
    return xp.stack([dz[..., 0], pair, pair * z[:, 2] + z[:, 0] * z[:, 1] * dz[..., 2]], axis=-1)


SHAPES: dict[str, tuple[str, Function, Function, Shape]] = {
    "sum": ("Σ z", lambda xp, z: xp.sum(z), lambda xp, dz, z: xp.sum(dz, axis=(-2, -1)), (2, 3)),
    "sum_axis": ("Σ z along the first axis", lambda xp, z: xp.sum(z, axis=0),
        lambda xp, dz, z: xp.sum(dz, axis=-2), (2, 3)),
    "mean": ("mean z along the last axis", lambda xp, z: xp.mean(z, axis=-1),
        lambda xp, dz, z: xp.mean(dz, axis=-1), (2, 3)),
    "prod": ("Π z along the last axis", lambda xp, z: xp.prod(z, axis=-1),
        lambda xp, dz, z: xp.prod(z, axis=-1) * xp.sum(dz / z, axis=-1), (2, 3)),
    "cumulative_sum": ("running Σ z", lambda xp, z: xp.cumulative_sum(z, axis=-1),
        lambda xp, dz, z: xp.cumulative_sum(dz, axis=-1), (2, 3)),
    "cumulative_prod": ("running Π z", lambda xp, z: xp.cumulative_prod(z, axis=-1),
        d_cumulative_prod, (2, 3)),
    "reshape": ("z as (3, 2)", lambda xp, z: xp.reshape(z, (3, 2)),
        lambda xp, dz, z: xp.reshape(dz, (*dz.shape[:1], 3, 2)), (2, 3)),
    "broadcast_to": ("z as (2, 3)", lambda xp, z: xp.broadcast_to(z, (2, 3)),
        lambda xp, dz, z: xp.broadcast_to(dz[:, None, :], (*dz.shape[:1], 2, 3)), (3,)),
    "take": ("z₂, z₀, z₂", lambda xp, z: xp.take(z, xp.asarray([2, 0, 2], dtype=xp.int64), axis=0),
        lambda xp, dz, z: xp.stack([dz[:, 2], dz[:, 0], dz[:, 2]], axis=1), (3,)),
    "flip": ("z from its end", lambda xp, z: xp.flip(z), lambda xp, dz, z: xp.flip(dz, axis=-1), (3,)),
    "stack": ("z, z̄", lambda xp, z: xp.stack([z, xp.conj(z)]),
        lambda xp, dz, z: xp.stack([dz, xp.conj(dz)], axis=1), (3,)),
    "concat_real": ("z and Re z, one after the other", lambda xp, z: xp.concat([z, xp.real(z) + 0 * z]),
        lambda xp, dz, z: xp.concat([dz, xp.real(dz) + 0 * dz], axis=-1), (3,)),
    "where": ("z where Re z > 0, else z̄", lambda xp, z: xp.where(xp.real(z) > 0, z, xp.conj(z)),
        lambda xp, dz, z: xp.where(xp.real(z) > 0, dz, xp.conj(dz)), (4,)),
    "tril": ("the lower triangle of Z", lambda xp, z: xp.tril(z), lambda xp, dz, z: xp.tril(dz), (3, 3)),
    "matrix_transpose": ("Zᵀ", lambda xp, z: xp.matrix_transpose(z),
        lambda xp, dz, z: xp.matrix_transpose(dz), (2, 3)),
    "trace": ("tr Z", lambda xp, z: xp.linalg.trace(z), lambda xp, dz, z: xp.linalg.trace(dz), (3, 3)),
    "diagonal": ("diag Z", lambda xp, z: xp.linalg.diagonal(z), lambda xp, dz, z: xp.linalg.diagonal(dz), (3, 3)),
}  # fmt: skip
for name, (formula, function, differential, shape) in SHAPES.items():
    define(name, function, {"z": differential}, drawn(z=shape), f"{formula}; z {shape}.")
