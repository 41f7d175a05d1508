"""Vision: the published numbers, what is the same in both forms, and structures that hold for every entry."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from adbench.backends.numpy import NumPy
from scipy.linalg import expm

from adbench import plain
from adbench.case import DEFINED
from adbench.cases import vision
from adbench.oracle.certify import prove
from adbench.sparsity import structure_of

CASES = {case.name.removeprefix("vision."): case for case in DEFINED[vision.__name__]}
GOLDEN = {name: np.asarray(x) for name, x in vision.GOLDEN.items()}
xp = plain.NAMESPACE


@cache
def proof(name):
    return prove(CASES[name], "small")


@pytest.mark.parametrize("name", CASES)
def test_proves(name):
    case, made = CASES[name], proof(name)
    expected = {*case.jacobians, *(f"hessian {a}, {b}" for a, b in case.hessians)}
    assert set(made.proved) == expected | ({"structure"} if case.structure else set())
    assert set(made.truths) == {"float64", "float32"}


def test_the_catalogue_is_complete():
    assert set(CASES) == {"rotation_at_zero", "ba", "ba_loop", "reprojection", "ht", "ht_loop"}
    assert {name for name, case in CASES.items() if case.bench} == {"ba", "ht"}


# Rotations


def test_rotations_are_exponentials_of_skew_matrices():
    rng = np.random.default_rng(0)
    for r, Y in rng.standard_normal((5, 2, 3)):
        np.testing.assert_allclose(vision.rotated(xp, r, Y), expm(vision.skew(xp, r)) @ Y, rtol=0, atol=1e-14)
        np.testing.assert_allclose(vision.rotation(xp, r), expm(vision.skew(xp, r)), rtol=0, atol=1e-14)


@pytest.mark.parametrize("angle", [0.0, 1e-9, 0.9e-4, 1.1e-4, 1.0])
def test_the_series_of_a_rotation_meets_the_formula(angle):
    r, Y = angle * np.array([0.6, 0.0, 0.8]), np.array([1.0, -2.0, 0.5])
    got = vision.rotation_at_zero.function(xp, r, Y)
    np.testing.assert_allclose(got, expm(vision.skew(xp, r)) @ Y, rtol=0, atol=4e-16 * 3)


# Bundle adjustment


def test_the_residual_of_the_published_observation():
    """By a rotation that is an exponential; and 1 − w² is ADBench's 0.82609265151599998.

    The errors that ADBench's test expects, (−0.269…, 0.259…), are of another camera, whose data that test reads from a
    file: it has ∂e₀/∂f = −1.03657, so that the point is seen at x < 0, and not at the feature's 271.76.
    """
    camera, w = GOLDEN["camera"], GOLDEN["weight"]
    X = expm(vision.skew(xp, camera[:3])) @ (GOLDEN["point"] - camera[3:6])
    u = X[:2] / X[2]
    image = camera[6] * u * (1 + camera[9] * (u @ u) + camera[10] * (u @ u) ** 2) + camera[7:9]
    residual = proof("reprojection").truths["float64"].value.high
    np.testing.assert_allclose(residual, w * (image - GOLDEN["feature"]), rtol=0, atol=1e-10)
    one = {"camera_of": np.zeros(1, int), "point_of": np.zeros(1, int), "features": GOLDEN["feature"][None]}
    ba = vision.ba.function(xp, camera[None], GOLDEN["point"][None], w[None], **one)
    np.testing.assert_allclose(ba[:2], residual, rtol=0, atol=1e-10)
    assert ba[2] == pytest.approx(0.82609265151599998, abs=1e-15)


def test_the_structure_has_the_published_shape():
    """Of ADBench's own test: 2 cameras, 10 points, 10 observations make a Jacobian 30 × 62 with 310 entries."""
    inputs = vision.scene(np.random.default_rng(0), N=2, M=10, P=10)
    found = structure_of(vision.ba, inputs)
    assert found.output_shape == (30,)
    assert sum(np.prod(shape) for shape in found.shapes) == 62
    assert np.bincount(found.rows).tolist() == [15] * 20 + [1] * 10
    assert found.rows.size == 310


def test_observations_are_of_different_pairs_in_front_of_the_camera():
    inputs = vision.ba.make_inputs("medium")
    pairs = set(zip(inputs["camera_of"].tolist(), inputs["point_of"].tolist(), strict=True))
    assert len(pairs) == 30
    cameras, points = inputs["cameras"][inputs["camera_of"]], inputs["points"][inputs["point_of"]]
    assert (vision.rotated(np, cameras[:, :3], points - cameras[:, 3:6])[:, 2] > 1).all()


@pytest.mark.parametrize(("name", "colours"), [("ba", 15), ("ht", 28)])
def test_at_its_medium_size_forward_mode_takes_as_many_passes_as_a_row_has_entries(name, colours):
    case = CASES[name]
    found = structure_of(case, case.make_inputs("medium"))
    assert (found.by_columns, found.count) == (True, colours)
    assert np.bincount(found.rows).max() == colours


def test_passes_do_not_grow_with_a_published_number_of_observations():
    inputs = vision.scene(np.random.default_rng(0), N=49, M=7776, P=31843)
    found = structure_of(vision.ba, inputs)
    assert (found.by_columns, found.count, found.rows.size) == (True, 15, 31843 * 31)


# Hand tracking


def test_the_hand_at_rest_is_where_its_vertices_are():
    inputs = vision.ht.make_inputs("small")
    model = {name: inputs[name] for name in ("relatives", "inverses", "rest", "skin")}
    tiny = np.zeros(26)
    tiny[0] = 1e-12  # the formula divides by the angle
    np.testing.assert_allclose(vision.posed_vertices(xp, tiny, **model), inputs["rest"], rtol=0, atol=1e-11)


def test_a_bone_moves_with_its_finger_alone():
    inputs = vision.ht.make_inputs("small")
    bent = np.zeros(26)
    bent[6 + 4 * 2] = 0.5  # the flexion of the first bone of the third finger
    _, before = vision.posed_bones(xp, np.zeros(26), inputs["relatives"])
    _, after = vision.posed_bones(xp, bent, inputs["relatives"])
    moved = np.abs(after - before).max(axis=1) > 1e-12
    assert np.flatnonzero(moved).tolist() == [11, 12, 13]  # not the bone whose joint turns


def test_a_joint_turns_about_the_published_axes():
    """First about the third axis, then about the first: R_z R_x, as ADBench's Euler angles with R_y = 1."""
    flexion, abduction = np.array([0.3]), np.array([-0.7])
    x, z = np.eye(3)[[0, 2]]
    turn = vision.about_z(xp, abduction)[0] @ vision.about_x(xp, flexion)[0]
    expected = expm(vision.skew(xp, -0.7 * z)) @ expm(vision.skew(xp, 0.3 * x))
    np.testing.assert_allclose(turn, expected, rtol=0, atol=1e-15)


def test_every_part_of_the_pose_moves_an_error():
    J = proof("ht").truths["float64"].jacobian["theta"].high
    assert J.shape == (2, 3, 26)
    assert (np.abs(J).max(axis=(0, 1))[:6] > 1e-3).all()
    assert (np.abs(vision_jacobian("medium")).max(axis=(0, 1)) > 1e-6).all()


def vision_jacobian(size):
    backend, inputs = NumPy(), vision.ht.make_inputs(size)
    f = backend.bind(vision.ht, {n: x for n, x in inputs.items() if n != "theta"}, ("theta",))
    return backend.jacrev(f, inputs["theta"])


# Both forms


def test_the_loops_compute_what_the_arrays_do():
    inputs = vision.ba_loop.make_inputs("small")
    pairs = {"camera_of": np.zeros(2, int), "point_of": np.arange(2)}
    near(vision.ba_loop.function(xp, **inputs), vision.ba.function(xp, **inputs, **pairs))
    for fingers in (1, 2):
        inputs = vision.ht_loop.draw_inputs(np.random.default_rng(0), "", {"V": 6, "N": 2, "fingers": fingers})
        near(
            vision.ht_loop.function(xp, **inputs),
            vision.ht.function(xp, **inputs, corners=np.arange(6).reshape(2, 3)),
        )


def near(got, expected):
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
