"""matmul and its relatives."""

import numpy as np
import pytest
from engine.checks import check, normal

from adbench.engine import numpy as xp

MATMULS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (5, 3, 2)),
    ((2, 1, 2, 3), (3, 3, 2)),
    ((3,), (2, 3, 2)),
    ((2, 2, 3), (3,)),
    ((2, 2, 3), (3, 2)),
    ((2, 3), (2, 3, 2)),
    ((2, 2, 2, 3), (3,)),
]


@pytest.mark.parametrize("shapes", MATMULS)
def test_matmul(shapes):
    x, y = normal(*shapes[0]), normal(*shapes[1], seed=1)
    check(xp.matmul, x, y)
    check(lambda x: x @ y * 2, x)
    check(lambda y: x @ y * 2, y)


def test_vecdot():
    check(xp.vecdot, normal(2, 3), normal(3, seed=1))
    check(lambda x, y: xp.vecdot(x, y, axis=0), normal(2, 3), normal(2, 3, seed=1))


def test_outer():
    check(xp.linalg.outer, normal(2), normal(3))


@pytest.mark.parametrize(
    ("shapes", "axes"),
    [
        (((2, 3, 2), (3, 2, 2)), 2),
        (((2,), (3,)), 0),
        (((2, 3, 2), (2, 2, 2)), ((0, -1), (1, 0))),
        (((2, 3), (3, 2)), (1, 0)),
    ],
)
def test_tensordot(shapes, axes):
    x, y = normal(*shapes[0]), normal(*shapes[1], seed=1)
    np.testing.assert_allclose(xp.tensordot(x, y, axes=axes), np.tensordot(x, y, axes=axes), rtol=1e-13)
    check(lambda x, y: xp.tensordot(x, y, axes=axes), x, y)


EINSUMS = {
    "ij,jk->ik": ((2, 3), (3, 2)),
    "ii->": ((3, 3),),
    "ii->i": ((3, 3),),
    "ij->": ((2, 3),),
    "ij,jk,kl": ((2, 3), (3, 2), (2, 2)),
    "...ij,...jk->...ik": ((2, 2, 3), (3, 2)),
    "i,j->ij": ((2,), (3,)),
    "iij,j->i": ((2, 2, 3), (3,)),
    "ij -> ji": ((2, 3),),
    "b...,b...->b...": ((2, 3), (2, 3)),
    "ij,ij": ((2, 3), (2, 3)),
    "i,i,i->i": ((3,), (3,), (3,)),
    "ijij->ij": ((2, 2, 2, 2),),
    "iii->": ((2, 2, 2),),
    "ba": ((2, 3),),
    "ij,kl->i": ((2, 2), (3, 2)),
}


@pytest.mark.parametrize("subscripts", EINSUMS)
def test_einsum(subscripts):
    operands = [normal(*shape, seed=i) for i, shape in enumerate(EINSUMS[subscripts])]
    np.testing.assert_allclose(xp.einsum(subscripts, *operands), np.einsum(subscripts, *operands), rtol=1e-13)
    check(lambda *operands: xp.einsum(subscripts, *operands), *operands)
