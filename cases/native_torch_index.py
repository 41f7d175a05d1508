"""torch's functions that choose, move, join and write entries: views and their copies, gather, scatter and their kin.

What only moves entries is defined by what NumPy's indexing makes of their places. What writes into a tensor is defined
by which of its entries, and of the source's, come to stand where.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from adbench.cases.native_torch import apart, table

row = table(__name__)
F = Callable[..., Any]
BLOCK = (2, 3, 4)
TABLE = (3, 4)
NONE = -1  # the place of an entry that is 0


def moved(places: Callable[[Any], Any]) -> F:
    """The square of x at the places that NumPy would move, so that the derivative of the derivative counts too."""
    return lambda xp, x: at(xp, x, places(np.arange(np.prod(x.shape)).reshape(x.shape))) ** 2


def at(xp: Any, x: Any, places: Any) -> Any:
    """The entries of x at places that count them in order, 0 for none."""
    entries = xp.concat([xp.reshape(x, (-1,)), xp.zeros(1, dtype=x.dtype)])
    return entries[np.where(np.asarray(places) < 0, np.prod(x.shape, dtype=int), places)]


# Views, and the same with a copy: call of x, what it does to the places, shape

VIEWS: tuple[tuple[str, str, Callable[[Any], Any], tuple[int, ...]], ...] = (
    ("as_strided",        "torch.as_strided(x.contiguous(), (2, 3), (2, 1), 1)",           lambda p: p.ravel()[[[1, 2, 3], [3, 4, 5]]],   (3, 4)),
    ("expand",            "x.expand(2, 3, -1)",                               lambda p: np.broadcast_to(p, (2, 3, 4)),       (3, 4)),
    ("expand_as",         "x.expand_as(torch.ones(2, 4))",                    lambda p: np.broadcast_to(p, (2, 4)),          (4,)),
    ("broadcast_to",      "torch.broadcast_to(x, (2, 3, 4))",                 lambda p: np.broadcast_to(p, (2, 3, 4)),       (3, 1)),
    ("permute",           "torch.permute(x, (2, 0, 1))",                      lambda p: p.transpose(2, 0, 1),                BLOCK),
    ("transpose",         "torch.transpose(x, 0, -1)",                        lambda p: p.swapaxes(0, -1),                   BLOCK),
    ("swapaxes",          "torch.swapaxes(x, 0, 1)",                          lambda p: p.swapaxes(0, 1),                    BLOCK),
    ("movedim",           "torch.movedim(x, (0, 1), (2, 0))",                 lambda p: np.moveaxis(p, (0, 1), (2, 0)),      BLOCK),
    ("t",                 "torch.t(x)",                                       lambda p: p.T,                                 TABLE),
    ("mT",                "x.mT",                                             lambda p: p.swapaxes(1, 2),                    BLOCK),
    ("adjoint",           "torch.adjoint(x)",                                 lambda p: p.swapaxes(1, 2),                    BLOCK),
    ("squeeze",           "torch.squeeze(x)",                                 lambda p: p.reshape(3, 4),                     (1, 3, 1, 4)),
    ("squeeze_dim",       "torch.squeeze(x, 0)",                              lambda p: p.reshape(3, 1, 4),                  (1, 3, 1, 4)),
    ("squeeze_dims",      "torch.squeeze(x, (0, 2))",                         lambda p: p.reshape(3, 4),                     (1, 3, 1, 4)),
    ("unsqueeze",         "torch.unsqueeze(x, -2)",                           lambda p: p[:, None, :],                       TABLE),
    ("view",              "x.contiguous().view(4, -1)",                                    lambda p: p.reshape(4, 6),                     BLOCK),
    ("view_as",           "x.contiguous().view_as(torch.ones(4, 6))",                      lambda p: p.reshape(4, 6),                     BLOCK),
    ("reshape",           "torch.reshape(x.mT, (4, 6))",                      lambda p: p.swapaxes(1, 2).reshape(4, 6),      BLOCK),
    ("flatten",           "torch.flatten(x, 1)",                              lambda p: p.reshape(2, 12),                    BLOCK),
    ("unflatten",         "torch.unflatten(x, 1, (2, -1))",                   lambda p: p.reshape(3, 2, 2),                  TABLE),
    ("ravel",             "torch.ravel(x)",                                   lambda p: p.ravel(),                           BLOCK),
    ("select",            "torch.select(x, 1, -1)",                           lambda p: p[:, -1],                            BLOCK),
    ("narrow",            "torch.narrow(x, 1, 1, 2)",                         lambda p: p[:, 1:3],                           BLOCK),
    ("slice",             "x[:, 1:4:2]",                                      lambda p: p[:, 1:4:2],                         TABLE),
    ("diagonal",          "torch.diagonal(x, 1, 0, 2)",                       lambda p: p.diagonal(1, 0, 2),                 BLOCK),
    ("diagonal_below",    "torch.diagonal(x, offset=-1)",                     lambda p: p.diagonal(-1),                      TABLE),
    ("unfold",            "x.unfold(1, 3, 1)",                                lambda p: np.lib.stride_tricks.sliding_window_view(p, 3, 1), TABLE),
    ("unfold_stride",     "x.unfold(0, 2, 1).unfold(1, 2, 2)",                lambda p: np.lib.stride_tricks.sliding_window_view(np.lib.stride_tricks.sliding_window_view(p, 2, 0), 2, 1)[:, ::2], TABLE),
    ("split",             "torch.split(x, 3, dim=-1)[1]",                     lambda p: p[..., 3:],                          BLOCK),
    ("split_sizes",       "torch.split(x, [1, 3], dim=2)[1]",                 lambda p: p[..., 1:],                          BLOCK),
    ("unsafe_split",      "torch.unsafe_split(x, 3, dim=-1)[0]",              lambda p: p[..., :3],                          BLOCK),
    ("unsafe_split_sizes", "torch.unsafe_split_with_sizes(x, [1, 3], dim=2)[1]", lambda p: p[..., 1:],                       BLOCK),
    ("unsafe_chunk",      "torch.unsafe_chunk(x, 2, dim=1)[0]",               lambda p: p[:, :2],                            BLOCK),
    ("chunk",             "torch.chunk(x, 2, dim=1)[1]",                      lambda p: p[:, 2:],                            BLOCK),
    ("tensor_split",      "torch.tensor_split(x, 3, dim=-1)[0]",              lambda p: p[..., :2],                          BLOCK),
    ("hsplit",            "torch.hsplit(x, [1])[1]",                          lambda p: p[:, 1:],                            TABLE),
    ("unbind",            "torch.unbind(x, dim=1)[2]",                        lambda p: p[:, 2],                             BLOCK),
    ("alias",             "torch.ops.aten.alias(x)",                          lambda p: p,                                   TABLE),
    # copies
    ("alias_copy",        "torch.alias_copy(x)",                              lambda p: p,                                   TABLE),
    ("as_strided_copy",   "torch.as_strided_copy(x.contiguous(), (2, 3), (2, 1), 1)",      lambda p: p.ravel()[[[1, 2, 3], [3, 4, 5]]],   TABLE),
    ("diagonal_copy",     "torch.diagonal_copy(x, 1, 0, 2)",                  lambda p: p.diagonal(1, 0, 2),                 BLOCK),
    ("expand_copy",       "torch.expand_copy(x, (2, 3, 4))",                  lambda p: np.broadcast_to(p, (2, 3, 4)),       (3, 1)),
    ("permute_copy",      "torch.permute_copy(x, (2, 0, 1))",                 lambda p: p.transpose(2, 0, 1),                BLOCK),
    ("select_copy",       "torch.select_copy(x, 1, -1)",                      lambda p: p[:, -1],                            BLOCK),
    ("slice_copy",        "torch.slice_copy(x, 1, 1, 4, 2)",                  lambda p: p[:, 1:4:2],                         TABLE),
    ("split_copy",        "torch.split_copy(x, 3, dim=-1)[0]",                lambda p: p[..., :3],                          BLOCK),
    ("split_sizes_copy",  "torch.split_with_sizes_copy(x, [1, 3], dim=2)[1]", lambda p: p[..., 1:],                          BLOCK),
    ("squeeze_copy",      "torch.squeeze_copy(x)",                            lambda p: p.reshape(3, 4),                     (1, 3, 1, 4)),
    ("squeeze_copy_dim",  "torch.squeeze_copy(x, 0)",                         lambda p: p.reshape(3, 1, 4),                  (1, 3, 1, 4)),
    ("squeeze_copy_dims", "torch.squeeze_copy(x, (0, 2))",                    lambda p: p.reshape(3, 4),                     (1, 3, 1, 4)),
    ("t_copy",            "torch.t_copy(x)",                                  lambda p: p.T,                                 TABLE),
    ("transpose_copy",    "torch.transpose_copy(x, 0, -1)",                   lambda p: p.swapaxes(0, -1),                   BLOCK),
    ("unbind_copy",       "torch.unbind_copy(x, dim=1)[2]",                   lambda p: p[:, 2],                             BLOCK),
    ("unfold_copy",       "torch.unfold_copy(x, 1, 3, 1)",                    lambda p: np.lib.stride_tricks.sliding_window_view(p, 3, 1), TABLE),
    ("unsqueeze_copy",    "torch.unsqueeze_copy(x, -2)",                      lambda p: p[:, None, :],                       TABLE),
    ("view_copy",         "torch.view_copy(x.contiguous(), (4, 6))",                       lambda p: p.reshape(4, 6),                     BLOCK),
    ("narrow_copy",       "torch.narrow_copy(x, 1, 1, 2)",                    lambda p: p[:, 1:3],                           BLOCK),
    # order and repetition
    ("flip",              "torch.flip(x, (0, -1))",                           lambda p: p[::-1, :, ::-1],                    BLOCK),
    ("fliplr",            "torch.fliplr(x)",                                  lambda p: p[:, ::-1],                          TABLE),
    ("roll",              "torch.roll(x, 2)",                                 lambda p: np.roll(p, 2),                       TABLE),
    ("roll_dims",         "torch.roll(x, (1, -1), (0, 1))",                   lambda p: np.roll(p, (1, -1), (0, 1)),         TABLE),
    ("rot90",             "torch.rot90(x)",                                   lambda p: np.rot90(p),                         TABLE),
    ("rot90_twice",       "torch.rot90(x, 2, (1, 2))",                        lambda p: np.rot90(p, 2, (1, 2)),              BLOCK),
    ("rot90_back",        "torch.rot90(x, -1, (0, 2))",                       lambda p: np.rot90(p, -1, (0, 2)),             BLOCK),
    ("repeat",            "x.repeat(2, 1, 3)",                                lambda p: np.tile(p, (2, 1, 3)),               (2, 3)),
    ("tile",              "torch.tile(x, (3,))",                              lambda p: np.tile(p, 3),                       (2, 3)),
    ("repeat_interleave", "torch.repeat_interleave(x, 2, dim=1)",             lambda p: p.repeat(2, 1),                      (2, 3)),
    ("repeat_interleave_counts", "torch.repeat_interleave(x, torch.asarray([1, 0, 2]), dim=1)", lambda p: p.repeat([1, 0, 2], 1), (2, 3)),
    ("tril",              "torch.tril(x, -1)",                                lambda p: np.where(np.tri(3, 4, -1), p, NONE), TABLE),
    ("triu",              "torch.triu(x, 1)",                                 lambda p: np.where(np.tri(3, 4, 0), NONE, p),  TABLE),
    ("diag",              "torch.diag(x, 1)",                                 lambda p: np.where(np.eye(4, k=1), np.r_[NONE, p], NONE), (3,)),
    ("diag_of_matrix",    "torch.diag(x, -1)",                                lambda p: p.diagonal(-1),                      TABLE),
    ("diagflat",          "torch.diagflat(x)",                                lambda p: np.where(np.eye(4), p.ravel(), NONE), (2, 2)),
    ("diag_embed",        "torch.diag_embed(x)",                              lambda p: np.where(np.eye(3), p[..., None], NONE), (2, 3)),
    ("diag_embed_dims",   "torch.diag_embed(x, offset=0, dim1=0, dim2=2)",    lambda p: np.where(np.eye(3)[:, None, :], p, NONE), (2, 3)),
    ("constant_pad",      "torch.nn.functional.pad(x, (1, 2, 0, 1))",         lambda p: np.pad(p, ((0, 1), (1, 2)), constant_values=NONE), (2, 3)),
    ("constant_pad_crop", "torch.nn.functional.pad(x, (-1, 1))",              lambda p: np.pad(p[:, 1:], ((0, 0), (0, 1)), constant_values=NONE), (2, 3)),
    ("pixel_shuffle",     "torch.pixel_shuffle(x, 2)",                        lambda p: p.reshape(1, 2, 2, 3, 2).transpose(0, 3, 1, 4, 2).reshape(1, 6, 4), (4, 3, 2)),
    ("pixel_unshuffle",   "torch.pixel_unshuffle(x, 2)",                      lambda p: p.reshape(1, 3, 2, 2, 2).transpose(0, 2, 4, 1, 3).reshape(4, 3, 2), (1, 6, 4)),
    ("channel_shuffle",   "torch.channel_shuffle(x, 2)",                      lambda p: p[:, [0, 2, 1, 3]],                  (1, 4, 2, 2)),
    # choices
    ("index_select",      "torch.index_select(x, 1, torch.asarray([3, 0, 3]))", lambda p: p[:, [3, 0, 3]],                   TABLE),
    ("gather",            "torch.gather(x, 1, torch.asarray([[0, 0], [3, 1], [2, 2]]))", lambda p: np.take_along_axis(p, np.asarray([[0, 0], [3, 1], [2, 2]]), 1), TABLE),
    ("gather_fewer",      "torch.gather(x, 0, torch.asarray([[2, 0]]))",      lambda p: np.asarray([[p[2, 0], p[0, 1]]]),    TABLE),
    ("take",              "torch.take(x, torch.asarray([[0, 11], [-1, 0]]))", lambda p: p.ravel()[[[0, 11], [-1, 0]]],       TABLE),
    ("take_along_dim",    "torch.take_along_dim(x, torch.asarray([[2, 0, 1, 1]]), 0)", lambda p: p[[2, 0, 1, 1], range(4)][None], TABLE),
    ("masked_select",     "torch.masked_select(x, torch.asarray([True, False, True, True]))", lambda p: p[:, [0, 2, 3]].ravel(), TABLE),
    ("index",             "x[torch.asarray([[2, 0], [0, 1]]), :, torch.asarray([1, 3])]", lambda p: p[[[2, 0], [0, 1]], :, [1, 3]], (3, 2, 4)),
    ("index_mask",        "x[torch.asarray([True, False, True])]",            lambda p: p[[0, 2]],                           TABLE),
    ("combinations",      "torch.combinations(x)",                            lambda p: np.asarray([[0, 1], [0, 2], [1, 2]]), (3,)),
    ("atleast_3d",        "torch.atleast_3d(x)",                              lambda p: p[:, :, None],                       TABLE),
)  # fmt: skip

# In place, of a tensor that is nobody else's
IN_PLACE = (
    ("as_strided",   "x.clone().contiguous().as_strided_((2, 3), (2, 1), 1)", lambda p: p.ravel()[[[1, 2, 3], [3, 4, 5]]], TABLE),
    ("squeeze",      "x.clone().squeeze_()",                     lambda p: p.reshape(3, 4),                           (1, 3, 1, 4)),
    ("squeeze_dim",  "x.clone().squeeze_(0)",                    lambda p: p.reshape(3, 1, 4),                        (1, 3, 1, 4)),
    ("squeeze_dims", "x.clone().squeeze_((0, 2))",               lambda p: p.reshape(3, 4),                           (1, 3, 1, 4)),
    ("unsqueeze",    "x.clone().unsqueeze_(-2)",                 lambda p: p[:, None, :],                             TABLE),
    ("t",            "x.clone().t_()",                           lambda p: p.T,                                       TABLE),
    ("transpose",    "x.clone().transpose_(0, -1)",              lambda p: p.swapaxes(0, -1),                         BLOCK),
    ("tril",         "x.clone().tril_()",                        lambda p: np.where(np.tri(3, 4), p, NONE),           TABLE),
)  # fmt: skip

for name, call, places, shape in (*VIEWS, *((f"{name}_in_place", *others) for name, *others in IN_PLACE)):
    row(name, f"{call} ** 2", moved(places), x=shape)


# Parts put together

row("cat", "torch.cat([x, y, x * y[:, :1]], dim=-1) ** 2", lambda xp, x, y: xp.concat([x, y, x * y[:, :1]], axis=-1) ** 2, x=(2, 3), y=(2, 2))
row("stack", "torch.stack([x, x * y], dim=1)", lambda xp, x, y: xp.stack([x, x * y], axis=1), x=(2, 3), y=(2, 3))
row("hstack", "torch.hstack([x, x * y])", lambda xp, x, y: xp.concat([x, x * y], axis=1), x=(2, 3), y=(2, 1))
row("vstack", "torch.vstack([x, y]) ** 2", lambda xp, x, y: xp.stack([x, y]) ** 2, x=(3,), y=(3,))
row("dstack", "torch.dstack([x, y]) ** 2", lambda xp, x, y: xp.stack([x, y], axis=-1) ** 2, x=(2, 3), y=(2, 3))
row("column_stack", "torch.column_stack([x, y]) ** 2", lambda xp, x, y: xp.concat([x[:, None], y], axis=1) ** 2, x=(2,), y=(2, 3))
row("split_products", "torch.split(x, 2)[0] * torch.split(x, 1)[2]", lambda xp, x: x[:2] * x[2:], x=TABLE)
row("unbind_products", "torch.unbind(x)[0] * torch.unbind(x)[1]", lambda xp, x: x[0] * x[1], x=TABLE)
row("cartesian_prod", "torch.cartesian_prod(x, y) ** 2", lambda xp, x, y: xp.stack([xp.repeat(x, 3), xp.tile(y, 2)], axis=1) ** 2, x=(2,), y=(3,))
row("meshgrid", "torch.meshgrid(x, y, indexing='ij')[0] * torch.meshgrid(x, y, indexing='xy')[1].mT", lambda xp, x, y: x[:, None] * y, x=(2,), y=(3,))
row("block_diag", "torch.block_diag(x, y, x * y[0, 0])", lambda xp, x, y: blocks(xp, [x, y, x * y[0, 0]]), x=(1, 2), y=(2, 2))
row("block_diag_vectors", "torch.block_diag(x, y) ** 2", lambda xp, x, y: blocks(xp, [x[None, :], xp.reshape(y, (1, 1))]) ** 2, x=(2,), y=())


def blocks(xp, parts):
    columns, before, made = sum(part.shape[1] for part in parts), 0, []
    for part in parts:
        after = columns - before - part.shape[1]
        sides = [xp.zeros((part.shape[0], n), dtype=part.dtype) for n in (before, after)]
        made.append(xp.concat([sides[0], part, sides[1]], axis=1))
        before += part.shape[1]
    return xp.concat(made, axis=0)


# Written into: y takes the place of what was there at a key

ROWS = np.arange(3)[:, None]
COLUMNS = [[0, 2], [3, 1], [1, 0]]  # of each row
MASK = [[True, False, True, False], [False, False, False, True], [False, True, False, False]]


def written(key: Any) -> F:
    def of(xp, x, y):
        size = int(np.prod(x.shape))
        places = np.arange(size).reshape(x.shape)
        new = size + np.arange(int(np.prod(y.shape))).reshape(y.shape)
        places[key] = new
        return at(xp, xp.concat([xp.reshape(x, (-1,)), xp.reshape(y, (-1,))]), places) ** 2

    return of


for name, call, key, shape in (
    ("slice_scatter",      "torch.slice_scatter(x, y, 1, 0, 4, 2)",                     np.s_[:, 0:4:2],                            (3, 2)),
    ("select_scatter",     "torch.select_scatter(x, y, 1, -2)",                         np.s_[:, -2],                               (3,)),
    ("diagonal_scatter",   "torch.diagonal_scatter(x, y, 1)",                           (np.arange(3), np.arange(1, 4)),            (3,)),
    ("as_strided_scatter", "torch.as_strided_scatter(x.contiguous(), y, (2, 2), (4, 1), 1)", np.s_[:2, 1:3],                      (2, 2)),
    ("index_copy",         "torch.index_copy(x, 1, torch.asarray([3, 0]), y)",          np.s_[:, [3, 0]],                           (3, 2)),
    ("index_fill_tensor",  "torch.index_fill(x, 1, torch.asarray([3, 0]), y)",          np.s_[:, [3, 0]],                           ()),
    ("index_put",          "torch.index_put(x, (torch.asarray([0, 2]), torch.asarray([1, 1])), y)", ([0, 2], [1, 1]),               (2,)),
    ("index_put_wider",    "torch.index_put(x, (torch.asarray([0, 2]),), y)",           np.s_[[0, 2]],                              (4,)),
    ("scatter",            f"torch.scatter(x, 1, torch.asarray({COLUMNS}), y)",                               (ROWS, COLUMNS),                                (3, 2)),
    ("put",                "torch.put(x, torch.asarray([[0, 11], [5, 2]]), y)",         np.unravel_index([[0, 11], [5, 2]], (3, 4)), (2, 2)),
    ("masked_scatter",     f"torch.masked_scatter(x, torch.asarray({MASK}), y)",                             np.asarray(MASK),                                 (4,)),
    ("copy_slice",         "torch.index_copy(x, 0, torch.asarray([1]), y)",             np.s_[[1]],                                 (1, 4)),
):  # fmt: skip
    row(name, f"{call} ** 2", written(key), x=TABLE, y=shape)
row("index_fill", "torch.index_fill(x * x, 1, torch.asarray([3, 0]), 2.5) * x", lambda xp, x: xp.where(xp.asarray([True, False, False, True]), 2.5 * x, x**3), x=TABLE)
row("scatter_value", f"torch.scatter(x * x, 1, torch.asarray({COLUMNS}), 2.5) * x", lambda xp, x: xp.where(xp.asarray(chosen()), 2.5 * x, x**3), x=TABLE)
row("scatter_in_place", f"x.clone().scatter_(1, torch.asarray({COLUMNS}), y) ** 2", written((ROWS, COLUMNS)), x=TABLE, y=(3, 2))


def chosen():
    mask = np.zeros(TABLE, dtype=bool)
    mask[ROWS, COLUMNS] = True
    return mask


# Gathered into: the entries of y that go to one place, and what stood there, are reduced to one

SAME = [[0, 2, 0], [3, 3, 1], [1, 1, 1]]  # of each row the columns, some of them more than once


def gathered(reduction: str, key: Any, with_self: bool = True) -> F:
    def of(xp, x, y):
        size = int(np.prod(x.shape))
        to = np.broadcast_to(np.arange(size).reshape(x.shape)[key], y.shape).ravel()
        old, new, made = xp.reshape(x, (-1,)), xp.reshape(y, (-1,)), []
        for place in range(size):
            group = [new[i] for i in np.flatnonzero(to == place)]
            group = group if group and not with_self else [old[place], *group]
            made.append(getattr(xp, reduction)(xp.stack(group)))
        return xp.reshape(xp.stack(made), x.shape)

    return of


def squared(of: F) -> F:
    return lambda xp, x, y: of(xp, x, y) ** 2


for torch_name, name in (("sum", "sum"), ("prod", "prod"), ("mean", "mean"), ("amax", "max"), ("amin", "min")):
    for label, with_self in (("", True), ("_without_self", False)):
        call = f"torch.scatter_reduce(x, 1, torch.asarray({SAME}), y, '{torch_name}', include_self={with_self}) ** 2"
        row(f"scatter_{torch_name}{label}", call, squared(gathered(name, (ROWS, SAME), with_self)), x=apart(*TABLE), y=apart(3, 3))
        if name != "sum":
            call = f"torch.index_reduce(x, 1, torch.asarray([2, 0, 2]), y, '{torch_name}', include_self={with_self}) ** 2"
            row(f"index_{torch_name}{label}", call, squared(gathered(name, np.s_[:, [2, 0, 2]], with_self)), x=apart(*TABLE), y=apart(3, 3))
row("scatter_add", f"torch.scatter_add(x, 1, torch.asarray({SAME}), y) ** 2", squared(gathered("sum", (ROWS, SAME))), x=TABLE, y=(3, 3))
row("scatter_multiply", f"torch.scatter(x, 1, torch.asarray({COLUMNS}), y, reduce='multiply')", gathered("prod", (ROWS, COLUMNS)), x=TABLE, y=(3, 2))
row("index_add", "torch.index_add(x, 1, torch.asarray([2, 0, 2]), y) ** 2", squared(gathered("sum", np.s_[:, [2, 0, 2]])), x=TABLE, y=(3, 3))
row("index_add_alpha", "torch.index_add(x, 0, torch.asarray([2, 2]), y, alpha=0.75) ** 2", lambda xp, x, y: squared(gathered("sum", np.s_[[2, 2]]))(xp, x, 0.75 * y), x=TABLE, y=(2, 4))
row("index_put_accumulated", "torch.index_put(x, (torch.asarray([0, 2, 0]), torch.asarray([1, 1, 1])), y, accumulate=True) ** 2", squared(gathered("sum", ([0, 2, 0], [1, 1, 1]))), x=TABLE, y=(3,))
row("put_accumulated", "torch.put(x, torch.asarray([0, 11, 0]), y, accumulate=True) ** 2", squared(gathered("sum", ([0, 2, 0], [0, 3, 0]))), x=TABLE, y=(3,))
