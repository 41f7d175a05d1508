"""Losses and distances against torch with every keyword, and by hand."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from oracle.arrays import active, curvature, jacobian, values
from oracle.nn.checks import NN, check_as_torch, normal

from adbench.errors import Undecided
from adbench.oracle.namespace import jets

REDUCTIONS = ["none", "mean", "sum"]
TORCHS = {"mse": "mse_loss", "l1": "l1_loss", "huber": "huber_loss", "smooth_l1": "smooth_l1_loss"}
each_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


@each_reduction
@pytest.mark.parametrize(
    ("name", "options"),
    [("mse", {}), ("l1", {}), ("huber", {}), ("huber", {"delta": 0.4}), ("smooth_l1", {}), ("smooth_l1", {"beta": 0.4}),
     ("smooth_l1", {"beta": 0.0})],
)  # fmt: skip
def test_losses_of_a_residual(name, options, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda x, t: getattr(NN, name)(x, t, reduction=reduction, **options),
        lambda x, t: getattr(functional, TORCHS[name])(x, t, reduction=reduction, **options),
        normal(3, 4),
        normal(3, 4, seed=1),
    )


@each_reduction
@pytest.mark.parametrize("names", [(), ("weight",), ("pos_weight",), ("weight", "pos_weight")])
def test_bce_with_logits(names, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    given = {name: np.exp(normal(4, seed=3 + i)) for i, name in enumerate(names)}
    theirs = {name: torch.tensor(w) for name, w in given.items()}
    check_as_torch(
        lambda x, t: NN.bce_with_logits(x, t, **given, reduction=reduction),
        lambda x, t: functional.binary_cross_entropy_with_logits(x, t, **theirs, reduction=reduction),
        20 * normal(3, 4),
        np.random.default_rng(0).uniform(size=(3, 4)),
    )


def uniform(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0.1, 0.9, shape)


@each_reduction
@pytest.mark.parametrize("weighted", [False, True])
def test_bce(weighted, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    weight = np.exp(normal(4, seed=3)) if weighted else None
    theirs = torch.tensor(weight) if weighted else None
    check_as_torch(
        lambda x, t: NN.bce(x, t, weight, reduction=reduction),
        lambda x, t: functional.binary_cross_entropy(x, t, theirs, reduction=reduction),
        uniform(3, 4),
        uniform(3, 4, seed=1),
    )


def test_bce_with_logits_keeps_the_digits_of_what_is_nearly_right():
    """log(1 + e⁻¹⁰⁰) at −100 with label 0, where (1 − t) x − log σ(x) would cancel."""
    assert values(NN.bce_with_logits([100.0, -100.0], [1.0, 0.0], reduction="none")) == pytest.approx(math.exp(-100))


@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
def test_kl_div(log_target, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    options = {"reduction": reduction, "log_target": log_target}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of "mean", that it is no divergence
        check_as_torch(
            lambda x, t: NN.kl_div(x, t, **options),
            lambda x, t: functional.kl_div(x, t, **options),
            normal(3, 4),
            normal(3, 4, seed=1) if log_target else uniform(3, 4),
        )


@each_reduction
@pytest.mark.parametrize("log_input", [False, True])
def test_poisson_nll(log_input, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    options = {"log_input": log_input, "reduction": reduction}
    check_as_torch(
        lambda x, t: NN.poisson_nll(x, t, **options),
        lambda x, t: functional.poisson_nll_loss(x, t, **options),
        uniform(3, 4),
        uniform(3, 4, seed=1),
    )


@each_reduction
@pytest.mark.parametrize("full", [False, True])
def test_gaussian_nll(full, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda x, t, v: NN.gaussian_nll(x, t, v, full=full, reduction=reduction),
        lambda x, t, v: functional.gaussian_nll_loss(x, t, v, full=full, reduction=reduction),
        normal(3, 4),
        normal(3, 4, seed=1),
        uniform(3, 4),
    )


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_cosine_similarity(axis):
    functional = pytest.importorskip("torch.nn.functional")
    check_as_torch(
        lambda x, y: NN.cosine_similarity(x, y, axis=axis),
        lambda x, y: functional.cosine_similarity(x, y, dim=axis),
        normal(2, 3),
        normal(2, 3, seed=1),
    )


CLASSES = np.array([2, 0, 1, 2])
PLACES = np.array([[0, 2, 1], [1, 1, 0]])


@each_reduction
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("shape", "target"), [((4, 3), CLASSES), ((2, 3, 3), PLACES)], ids=["vectors", "images"])
def test_nll(shape, target, weighted, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda x, *w: NN.nll(x, target, *w, reduction=reduction),
        lambda x, *w: functional.nll_loss(x, torch.tensor(target), *(p.detach() for p in w), reduction=reduction),
        normal(*shape),
    )
    if weighted:
        weight = np.array([0.5, 2.0, 1.25])
        check_as_torch(
            lambda x: NN.nll(x, target, weight, reduction=reduction),
            lambda x: functional.nll_loss(x, torch.tensor(target), torch.tensor(weight), reduction=reduction),
            normal(*shape),
        )


@each_reduction
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, np.array([0.5, 2.0, 1.25])], ids=["plain", "weighted"])
@pytest.mark.parametrize(("shape", "target"), [((4, 3), CLASSES), ((2, 3, 3), PLACES)], ids=["vectors", "images"])
def test_cross_entropy_of_classes(shape, target, weight, smoothing, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    options = {"reduction": reduction, "label_smoothing": smoothing}
    theirs = None if weight is None else torch.tensor(weight)
    check_as_torch(
        lambda x: NN.cross_entropy(x, target, weight, **options),
        lambda x: functional.cross_entropy(x, torch.tensor(target), theirs, **options),
        5 * normal(*shape),
    )


@each_reduction
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weight", [None, np.array([0.5, 2.0, 1.25])], ids=["plain", "weighted"])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2)], ids=["vectors", "images"])
def test_cross_entropy_of_probabilities(shape, weight, smoothing, reduction):
    functional = pytest.importorskip("torch.nn.functional")
    torch = pytest.importorskip("torch")
    options = {"reduction": reduction, "label_smoothing": smoothing}
    p = np.exp(normal(*shape, seed=2))
    theirs = None if weight is None else torch.tensor(weight)
    check_as_torch(
        lambda x, p: NN.cross_entropy(x, p, weight, **options),
        lambda x, p: functional.cross_entropy(x, p, theirs, **options),
        normal(*shape),
        p / p.sum(axis=1, keepdims=True),
    )


@pytest.mark.parametrize("p", [1.0, 1.5, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("stack", [(), (2,)])
def test_cdist(stack, p):
    torch = pytest.importorskip("torch")
    check_as_torch(
        lambda a, b: NN.cdist(a, b, p),
        lambda a, b: torch.cdist(a, b, p, compute_mode="donot_use_mm_for_euclid_dist"),
        normal(*stack, 3, 4),
        normal(*stack, 2, 4, seed=1),
    )


def test_points_that_coincide_are_a_kink():
    with pytest.raises(Undecided):
        NN.cdist(active([[1.0, 2.0]]), jets([[1.0, 2.0]]))


@pytest.mark.parametrize(("name", "residual"), [("l1", 0.0), ("huber", 1.0), ("smooth_l1", -1.0)])
def test_kinks_and_changes_of_curvature_are_undecided(name, residual):
    with pytest.raises(Undecided):
        getattr(NN, name)(active([residual]), jets([0.0]))


@pytest.mark.parametrize("name", ["mse", "bce_with_logits", "cross_entropy"])
def test_an_unknown_reduction_is_refused(name):
    with pytest.raises(ValueError, match="reduction is 'max', expected one of none, mean, sum"):
        getattr(NN, name)(jets([[1.0]]), jets([[1.0]]), reduction="max")


def test_cross_entropy_by_hand():
    """The gradient is (softmax − onehot)/n, the Hessian (diag p − p pᵀ)/n, block by block."""
    x, v = np.array([[0.5, -1.0, 2.0], [3.0, 0.0, -2.0]]), np.arange(1.0, 7).reshape(2, 3)
    p = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    y = NN.cross_entropy(active(x), np.array([2, 0]))
    assert values(y) == pytest.approx(-(math.log(p[0, 2]) + math.log(p[1, 0])) / 2, rel=1e-14)
    np.testing.assert_allclose(jacobian(y, 6)[0], ((p - [[0, 0, 1], [1, 0, 0]]) / 2).ravel(), rtol=1e-13)
    expected = p * (v - (p * v).sum(axis=1, keepdims=True)) / 2
    np.testing.assert_allclose(curvature(y, 6)[0], expected.ravel(), rtol=1e-13)


def test_huber_by_hand():
    y = NN.huber(active([0.5, 3.0, -4.0]), jets([0.0, 0.0, 0.0]), reduction="none", delta=2.0)
    assert values(y).tolist() == [0.125, 4.0, 6.0]
    assert jacobian(y, 3).tolist() == [[0.5, 0, 0], [0, 2, 0], [0, 0, -2]]
    assert curvature(y, 3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_bce_with_logits_by_hand():
    """The gradient is (σ(x) − t)/n, also at 745 where 1 − σ is 1e-324."""
    y = NN.bce_with_logits(active([0.5, 745.0]), np.array([0.25, 1.0]))
    assert jacobian(y, 2)[0, 0] == pytest.approx((1 / (1 + math.exp(-0.5)) - 0.25) / 2, rel=1e-14)
    assert jacobian(y, 2)[0, 1] == pytest.approx(-math.exp(-745) / 2, abs=1e-323)
