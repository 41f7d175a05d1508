"""What only moves entries: orders, turns, diagonals, copies, joins, cuts, choices, and padding by entries."""

from __future__ import annotations

import inspect
import math

import numpy as np
from adbench.cases.numpy_api.common import BLOCK, FEW, LINE, MASK, TABLE, Function, Shape, constant, row


def move(name: str, shapes: dict[str, Shape], native: Function) -> None:
    """The case of a call that moves entries, of inputs of some shapes."""
    row(name, shapes, native, moved(native, shapes))


def moved(native: Function, shapes: dict[str, Shape]) -> Function:
    """The definition of a call that moves entries: what NumPy makes of their numbers, with 0 for none."""

    def definition(xp, **inputs):
        numbers, first = {}, 1
        for name, shape in shapes.items():
            numbers[name] = np.arange(first, first + math.prod(shape)).reshape(shape).astype(float)
            first += math.prod(shape)
        entries = [xp.reshape(inputs[name], (-1,)) for name in shapes]
        zero = xp.zeros((1,), dtype=entries[0].dtype)
        return xp.concat([zero, *entries])[native(np, **numbers).astype(int)]

    definition.__signature__ = inspect.signature(native)  # a case's inputs have the names of its parameters
    return definition


# fmt: off
# orders of memory and of axes
move("ravel",                 {"x": BLOCK}, lambda np, x: np.ravel(x))
move("ravel_by_columns",      {"x": BLOCK}, lambda np, x: np.ravel(x, order="F"))
move("reshape_by_columns",    {"x": BLOCK}, lambda np, x: np.reshape(x, (4, 6), order="F"))
move("transpose_axes",        {"x": BLOCK}, lambda np, x: np.transpose(x, (-1, 0, 1)))
move("swapaxes",              {"x": BLOCK}, lambda np, x: np.swapaxes(x, -1, 0))
move("rollaxis_start",        {"x": BLOCK}, lambda np, x: np.rollaxis(x, 0, 2))
move("rollaxis_negative",     {"x": BLOCK}, lambda np, x: np.rollaxis(x, -1, -2))
move("atleast_1d",            {"x": ()},    lambda np, x: np.atleast_1d(x))
move("atleast_2d",            {"x": LINE},  lambda np, x: np.atleast_2d(x))
move("atleast_3d",            {"x": TABLE}, lambda np, x: np.atleast_3d(x))
move("atleast_2d_of_two",     {"x": LINE, "y": TABLE}, lambda np, x, y: np.concatenate([np.ravel(a) for a in np.atleast_2d(x, y)]))

# turns
move("rot90",                 {"x": TABLE}, lambda np, x: np.rot90(x))
move("rot90_twice",           {"x": TABLE}, lambda np, x: np.rot90(x, 2))
move("rot90_axes",            {"x": BLOCK}, lambda np, x: np.rot90(x, 1, axes=(1, 2)))
move("fliplr",                {"x": TABLE}, lambda np, x: np.fliplr(x))
move("flipud",                {"x": TABLE}, lambda np, x: np.flipud(x))

# diagonals and triangles
move("diag_of_vector",        {"x": FEW},   lambda np, x: np.diag(x))
move("diag_above",            {"x": FEW},   lambda np, x: np.diag(x, k=1))
move("diag_of_matrix",        {"x": TABLE}, lambda np, x: np.diag(x))
move("diag_of_matrix_above",  {"x": TABLE}, lambda np, x: np.diag(x, k=2))
move("diag_of_matrix_below",  {"x": TABLE}, lambda np, x: np.diag(x, k=-1))
move("diag_of_square",        {"x": (3, 3)}, lambda np, x: np.diag(x))
move("diagflat",              {"x": (2, 2)}, lambda np, x: np.diagflat(x, -1))
move("diagonal",              {"x": TABLE}, lambda np, x: np.diagonal(x))
move("diagonal_offset",       {"x": TABLE}, lambda np, x: np.diagonal(x, offset=1))
move("diagonal_axes",         {"x": BLOCK}, lambda np, x: np.diagonal(x, -1, 1, 2))
move("diagonal_axes_reversed", {"x": BLOCK}, lambda np, x: np.diagonal(x, axis1=-1, axis2=0))
move("diagonal_of_squares",   {"x": (2, 3, 3)}, lambda np, x: np.diagonal(x, 0, -1, -2))

# copies
move("repeat_single",         {"x": (3, 1)}, lambda np, x: np.repeat(x, 3, axis=1))
move("resize",                {"x": TABLE}, lambda np, x: np.resize(x, (5, 3)))
move("meshgrid_sparse",       {"x": FEW, "y": LINE}, lambda np, x, y: np.concatenate([np.ravel(a) for a in np.meshgrid(x, y, sparse=True)]))
move("full",                  {"x": ()},    lambda np, x: np.full((2, 3), x))
move("full_of_row",           {"x": (4,)},  lambda np, x: np.full((3, 4), x))

# joins
move("append_flat",           {"x": (2, 3), "y": FEW}, lambda np, x, y: np.append(x, y))
move("append",                {"x": (2, 3), "y": (1, 3)}, lambda np, x, y: np.append(x, y, axis=0))
move("hstack_vectors",        {"x": LINE, "y": FEW}, lambda np, x, y: np.hstack((x, y)))
move("hstack",                {"x": (2, 3), "y": (2, 1)}, lambda np, x, y: np.hstack((x, y)))
move("vstack",                {"x": (2, 3), "y": FEW}, lambda np, x, y: np.vstack((x, y)))
move("dstack",                {"x": (2, 3), "y": (2, 3)}, lambda np, x, y: np.dstack((x, y)))
move("column_stack",          {"x": FEW, "y": (3, 2)}, lambda np, x, y: np.column_stack((x, y)))
move("block",                 {"x": (2, 3), "y": (2, 1)}, lambda np, x, y: np.block([[x, y], [y, x]]))
move("array_of_numbers",      {"x": FEW},   lambda np, x: np.array([x[0], x[2], x[0]]))
move("array_of_lists",        {"x": FEW},   lambda np, x: np.array([[x[0], x[1]], [x[2], x[0]]]))
move("array_of_rows",         {"x": (2, 3), "y": FEW}, lambda np, x, y: np.array([x[1], y, x[0]]))
move("array_ndmin",           {"x": FEW},   lambda np, x: np.array(x, ndmin=3))
move("insert",                {"x": TABLE, "y": FEW}, lambda np, x, y: np.insert(x, 1, y, axis=1))
move("insert_several",        {"x": TABLE, "y": (4,)}, lambda np, x, y: np.insert(x, constant([0, 2]), y, axis=0))
move("delete",                {"x": TABLE}, lambda np, x: np.delete(x, constant([0, 2]), axis=1))

# cuts
move("split",                 {"x": TABLE}, lambda np, x: np.concatenate(np.split(x, 2, axis=1)[::-1]))
move("split_unused",          {"x": TABLE}, lambda np, x: np.split(x, [1, 3], axis=-1)[1])
move("array_split",           {"x": TABLE}, lambda np, x: np.concatenate(np.array_split(x, 3, axis=1)[::-1], axis=1))
move("array_split_negative",  {"x": TABLE}, lambda np, x: np.array_split(x, 3, axis=-1)[0])
move("hsplit",                {"x": TABLE}, lambda np, x: np.hsplit(x, [1])[1])
move("vsplit",                {"x": TABLE}, lambda np, x: np.vsplit(x, 3)[2])
move("dsplit",                {"x": BLOCK}, lambda np, x: np.dsplit(x, 2)[1])

# choices
move("take_flat",             {"x": TABLE}, lambda np, x: np.take(x, constant([11, 0, 11])))
move("take_wrapped",          {"x": TABLE}, lambda np, x: np.take(x, constant([5, -2]), axis=1, mode="wrap"))
move("take_clipped",          {"x": TABLE}, lambda np, x: np.take(x, constant([7, -2, 1]), axis=-1, mode="clip"))
move("compress",              {"x": TABLE}, lambda np, x: np.compress(constant([True, False, True]), x, axis=0))
move("compress_flat",         {"x": TABLE}, lambda np, x: np.compress(constant([False, True, True]), x))
move("extract",               {"x": TABLE}, lambda np, x: np.extract(MASK, x))
move("index_ix",              {"x": TABLE}, lambda np, x: x[np.ix_(constant([2, 0]), constant([3, 1, 3]))])
move("select",                {"x": TABLE, "y": TABLE}, lambda np, x, y: np.select([MASK, MASK[::-1]], [x, y]))
move("select_default",        {"x": TABLE, "y": ()}, lambda np, x, y: np.select([MASK], [x], default=y))
move("choose",                {"x": TABLE, "y": TABLE}, lambda np, x, y: np.choose(constant([[1], [0], [1]]), [x, y]))
move("choose_wrapped",        {"x": TABLE, "y": (4,)}, lambda np, x, y: np.choose(constant([2, -1, 0, 5]), [x, y], mode="wrap"))
move("nan_to_num",            {"x": TABLE}, lambda np, x: np.nan_to_num(np.where(MASK, x, np.nan)))
move("clip_open",             {"x": TABLE}, lambda np, x: np.clip(x, None, 99))

# padding
move("pad",                   {"x": TABLE}, lambda np, x: np.pad(x, 1))
move("pad_pair",              {"x": LINE},  lambda np, x: np.pad(x, (2, 0), mode="constant"))
move("pad_pairs",             {"x": TABLE}, lambda np, x: np.pad(x, ((0, 1), (2, 1)), "constant"))
move("pad_value",             {"x": TABLE, "c": ()}, lambda np, x, c: np.pad(x, ((1, 0), (0, 1)), constant_values=c))
move("pad_edge",              {"x": TABLE}, lambda np, x: np.pad(x, ((1, 0), (2, 1)), mode="edge"))
move("pad_reflect",           {"x": TABLE}, lambda np, x: np.pad(x, ((1, 2), (2, 1)), mode="reflect"))
move("pad_symmetric",         {"x": TABLE}, lambda np, x: np.pad(x, ((1, 2), (2, 1)), mode="symmetric"))
move("pad_wrap_far",          {"x": FEW},   lambda np, x: np.pad(x, (5, 4), mode="wrap"))
