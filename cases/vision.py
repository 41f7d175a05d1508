"""Computer vision: bundle adjustment and hand tracking, two objectives of the benchmarks of AD, written for arrays.

Both have Jacobians that are mostly zeros, in a place that is known beforehand: a residual of bundle adjustment depends
on one camera, one point and one weight, one of hand tracking on the pose and the two coordinates of its own point. Each
declares it. The `_loop` forms do the same a scalar at a time: both kinds of program exist.

Rotations are by Rodrigues' formula, which divides by an angle that may be zero; `rotation_at_zero` is there.
"""

from __future__ import annotations

import numpy as np

from adbench.case import case

ADBENCH = "Šrajer, Kukelova & Fitzgibbon, A benchmark of selected algorithmic differentiation tools (2018)"
SCENES = {"small": {"N": 2, "M": 3, "P": 5}, "medium": {"N": 3, "M": 12, "P": 30}}
HANDS = {"small": {"V": 6, "N": 2}, "medium": {"V": 22, "N": 10}}
# ADBench's, ba1 to ba20, which are those of Agarwal et al., Bundle Adjustment in the Large (2010).
PUBLISHED_SCENES = {
    f"n{N}_m{M}_p{P}": {"N": N, "M": M, "P": P}
    for N, M, P in [
        (49, 7776, 31843), (21, 11315, 36455), (161, 48126, 182072), (372, 47423, 204472), (257, 65132, 225911),
        (539, 65220, 277273), (93, 61203, 287451), (88, 64298, 383937), (810, 88814, 393775), (1197, 126327, 563734),
        (1723, 156502, 678718), (253, 163691, 899155), (245, 198739, 1091386), (356, 226730, 1255268),
        (1102, 780462, 4052340), (1544, 942409, 4750193), (1778, 993923, 5001946), (1936, 649673, 5213733),
        (4585, 1324582, 9125125), (13682, 4456117, 2987644),
    ]
}  # fmt: skip
PUBLISHED_HANDS = {
    f"c{N}": {"V": 544, "N": N} for N in (100, 192, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 100_000)
}


# Rotations


def dot(xp, a, b):
    """Of vectors along the last axis, which stays, of length 1."""
    return xp.sum(a * b, axis=-1, keepdims=True)


def rotated(xp, r, Y):
    """Y turned about the axis r ≠ 0 by the angle ‖r‖, after Rodrigues; both (…, 3)."""
    angle = xp.sqrt(dot(xp, r, r))
    v, cosine = r / angle, xp.cos(angle)
    return Y * cosine + xp.linalg.cross(v, Y) * xp.sin(angle) + v * dot(xp, v, Y) * (1 - cosine)


def skew(xp, v):
    """The matrix of v ×."""
    x, y, z = (v[i] for i in range(3))
    zero = xp.zeros_like(x)
    return xp.reshape(xp.stack([zero, -z, y, z, zero, -x, -y, x, zero]), (3, 3))


def unit(xp, like):
    return xp.eye(3, dtype=like.dtype)


def rotation(xp, r):
    """The matrix (3, 3) of `rotated`."""
    angle = xp.sqrt(xp.sum(r * r))
    v, cosine = r / angle, xp.cos(angle)
    return cosine * unit(xp, r) + xp.sin(angle) * skew(xp, v) + (1 - cosine) * v[:, None] * v


@case(wrt=("r", "Y"), source=ADBENCH, tags=("hazard",))
def rotation_at_zero(xp, r, Y):
    """Y cos θ + (r × Y) sin θ/θ + r (r·Y) (1 − cos θ)/θ², θ = ‖r‖, at r = 0: Y + r × Y to first order; both (3,).

    Of small angles by series, so that second derivatives are right too; and no branch divides by 0, whose infinity
    would spoil the other's derivative.
    """
    t = xp.sum(r * r)
    is_small = t < 1e-8  # the terms that are left out are below t²/120
    apart = xp.where(is_small, xp.ones_like(t), t)
    angle = xp.sqrt(apart)
    a = xp.where(is_small, 1 - t / 6, xp.sin(angle) / angle)
    b = xp.where(is_small, 0.5 - t / 24, (1 - xp.cos(angle)) / apart)
    return Y * (1 - b * t) + xp.linalg.cross(r, Y) * a + r * (b * xp.sum(r * Y))


rotation_at_zero.inputs(lambda rng: {"r": np.zeros(3), "Y": rng.standard_normal(3)})
rotation_at_zero.jacobian("r")(lambda xp, r, Y: -skew(xp, Y))
rotation_at_zero.jacobian("Y")(lambda xp, r, Y: unit(xp, Y))


@rotation_at_zero.hessian("r", "r")
def _(xp, r, Y):
    """Of ½ r × (r × Y) = ½ (r (r·Y) − Y (r·r))."""
    same = unit(xp, Y)
    inward = same[:, :, None] * Y + same[:, None, :] * Y[:, None]
    return inward / 2 - Y[:, None, None] * same


# Bundle adjustment. A camera is r (3), centre C (3), focal length f, principal point x₀ (2), radial distortion k (2)


def projected(xp, camera, X):
    """Where cameras (…, 11) see points X (…, 3), shape (…, 2)."""
    seen = rotated(xp, camera[..., :3], X - camera[..., 3:6])
    u = seen[..., :2] / seen[..., 2:]
    s = dot(xp, u, u)
    return camera[..., 6:7] * u * (1 + camera[..., 9:10] * s + camera[..., 10:] * s * s) + camera[..., 7:9]


def scene(rng, N, M, P):
    """N cameras about M points, of which different pairs see each other, with noise of a tenth of the image."""
    turns = rng.normal(0.0, 0.5, (N, 3))
    depth = np.array([0.0, 0.0, 6.0]) + rng.normal(0.0, 0.3, (N, 3))
    lenses = np.stack([rng.uniform(300, 600, N), *rng.normal(0, 10, (2, N)), *rng.normal(0, 0.1, (2, N))], axis=1)
    cameras = np.concat([turns, -rotated(np, -turns, depth), lenses], axis=1)
    points = rng.standard_normal((M, 3))
    camera_of, point_of = np.divmod(rng.choice(N * M, P, replace=False), M)
    return {
        "cameras": cameras,
        "points": points,
        "weights": rng.uniform(0.2, 1.0, P),
        "features": projected(np, cameras[camera_of], points[point_of]) + rng.normal(0.0, 20.0, (P, 2)),
        "camera_of": camera_of,
        "point_of": point_of,
    }


@case(wrt=("cameras", "points", "weights"), sizes=SCENES, published=PUBLISHED_SCENES, source=ADBENCH, bench=True)
def ba(xp, cameras, points, weights, features, camera_of, point_of):
    """w (projection − feature) of each observation, then each 1 − w²; cameras (N, 11), points (M, 3), weights (P,).

    Each of P observations is of one camera and one point, by number: camera_of, point_of (P,), features (P, 2). The
    errors are (3P,): those of the observations, (P, 2), and those of the weights. The derivative is the oracle's alone.
    """
    image = projected(xp, xp.take(cameras, camera_of, axis=0), xp.take(points, point_of, axis=0))
    errors = weights[:, None] * (image - features)
    return xp.concat([xp.reshape(errors, (-1,)), 1 - weights * weights])


ba.inputs(scene)


@ba.sparsity
def _(cameras, points, weights, features, camera_of, point_of):
    """Of each error of an observation 11 + 3 + 1 entries, of each of a weight one."""
    P = weights.size
    of_camera = 11 * camera_of[:, None] + np.arange(11)
    of_point = cameras.size + 3 * point_of[:, None] + np.arange(3)
    of_weight = cameras.size + points.size + np.arange(P)
    columns = np.concat([of_camera, of_point, of_weight[:, None]], axis=1)
    rows = np.repeat(np.arange(3 * P), [15] * 2 * P + [1] * P)
    return rows, np.concat([np.repeat(columns, 2, axis=0).ravel(), of_weight])


def errors_of_one(camera, point, weight, feature, rotate):
    """The two errors of an observation from scalars; `rotate` of two lists of three."""
    x, y, z = rotate([camera[i] for i in range(3)], [point[i] - camera[i + 3] for i in range(3)])
    u = [x / z, y / z]
    s = u[0] * u[0] + u[1] * u[1]
    factor = camera[6] * (1 + camera[9] * s + camera[10] * s * s)
    return [weight * (u[i] * factor + camera[7 + i] - feature[i]) for i in range(2)]


def rotated_loop(xp, r, Y):
    """`rotated` of lists of three scalars."""
    angle = xp.sqrt(dot3(r, r))
    cosine, sine, v = xp.cos(angle), xp.sin(angle), [x / angle for x in r]
    across = dot3(v, Y) * (1 - cosine)
    crossed = [v[i - 2] * Y[i - 1] - v[i - 1] * Y[i - 2] for i in range(3)]
    return [Y[i] * cosine + crossed[i] * sine + v[i] * across for i in range(3)]


def dot3(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@case(wrt=("cameras", "points", "weights"), sizes={"small": {"N": 1, "M": 2}}, source=ADBENCH)
def ba_loop(xp, cameras, points, weights, features):
    """`ba` a scalar at a time, where every camera sees every point; weights (NM,), features (NM, 2)."""
    errors = []
    for n in range(cameras.shape[0]):
        for m in range(points.shape[0]):
            p = n * points.shape[0] + m
            turn = lambda r, Y: rotated_loop(xp, r, Y)
            errors += errors_of_one(cameras[n, :], points[m, :], weights[p], features[p, :], turn)
    return xp.stack(errors + [1 - weights[p] * weights[p] for p in range(weights.shape[0])])


@ba_loop.inputs
def _(rng, N, M):
    made = scene(rng, N, M, N * M)
    order = np.argsort(made.pop("camera_of") * M + made.pop("point_of"))
    return {**made, "weights": made["weights"][order], "features": made["features"][order]}


GOLDEN = {
    "camera": [
        -0.758453, -1.109613, -0.845551, 34.556073, 39.676747, 53.881673, 419.194514, 5.864426, -8.518870, 0.087812,
        0.002739,
    ],
    "point": [7.203245, 0.001144, 3.023326],
    "weight": 0.417022,
    "feature": [271.760969, 834.209256],
}  # fmt: skip


@case(wrt=("camera", "point", "weight"), source=ADBENCH)
def reprojection(xp, camera, point, weight, feature):
    """w (projection − feature) of one observation, ADBench's own; camera (11,), point (3,), w (), feature (2,)."""
    return weight * (projected(xp, camera, point) - feature)


def by_camera_and_point(xp, camera, point, weight, feature):
    """∂/∂camera, (2, 11), and ∂/∂point, (2, 3), by the chain of rotation, division, distortion."""
    r, Y = camera[:3], point - camera[3:6]
    angle = xp.sqrt(xp.sum(r * r))
    v, cosine, sine, along = r / angle, xp.cos(angle), xp.sin(angle), xp.sum(r * Y) / angle
    seen, R = rotated(xp, r, Y), rotation(xp, r)
    by_angle = -sine * Y + cosine * xp.linalg.cross(v, Y) + sine * along * v
    by_axis = -sine * skew(xp, Y) + (1 - cosine) * (along * unit(xp, v) + v[:, None] * Y)
    by_r = by_angle[:, None] * v + by_axis @ (unit(xp, v) - v[:, None] * v) / angle
    u, f, k1, k2 = seen[:2] / seen[2], camera[6], camera[9], camera[10]
    s = xp.sum(u * u)
    same = unit(xp, u)[:2, :]
    by_u = f * ((1 + k1 * s + k2 * s * s) * same[:, :2] + 2 * (k1 + 2 * k2 * s) * u[:, None] * u)
    by_seen = by_u @ (same - xp.concat([0 * same[:, :2], u[:, None]], axis=1)) / seen[2]
    by_f, by_k = (1 + k1 * s + k2 * s * s) * u[:, None], f * u[:, None] * xp.stack([s, s * s])
    by_camera = xp.concat([by_seen @ by_r, -by_seen @ R, by_f, same[:, :2], by_k], axis=1)
    return weight * by_camera, weight * (by_seen @ R)


reprojection.inputs(lambda rng: {name: np.asarray(x) for name, x in GOLDEN.items()})
reprojection.jacobian("camera")(lambda xp, **x: by_camera_and_point(xp, **x)[0])
reprojection.jacobian("point")(lambda xp, **x: by_camera_and_point(xp, **x)[1])
reprojection.jacobian("weight")(lambda xp, camera, point, weight, feature: projected(xp, camera, point) - feature)


# Hand tracking. Bones are a root, a palm, and four a finger; 0 is the root, 1 the palm, 2 + 4f + k bone k of finger f.
# A pose is a rotation (3), a translation (3), and for each finger the flexion and the abduction of its first bone and
# the flexions of the next two. Transforms are [R | t], shape (3, 4).


def about_x(xp, angles):
    """Rotations about the first axis, (…, 3, 3)."""
    c, s, one, zero = xp.cos(angles), xp.sin(angles), xp.ones_like(angles), xp.zeros_like(angles)
    return xp.reshape(xp.stack([one, zero, zero, zero, c, -s, zero, s, c], axis=-1), (*angles.shape, 3, 3))


def about_z(xp, angles):
    """Rotations about the third axis, (…, 3, 3)."""
    c, s, one, zero = xp.cos(angles), xp.sin(angles), xp.ones_like(angles), xp.zeros_like(angles)
    return xp.reshape(xp.stack([c, -s, zero, s, c, zero, zero, zero, one], axis=-1), (*angles.shape, 3, 3))


def after(xp, R, t, relative):
    """The transform `relative`, or a stack of them, and then R and t."""
    return R @ relative[..., :3], (R @ relative[..., 3:])[..., 0] + t


def posed_bones(xp, theta, relatives):
    """What the fingers' angles make of the bones: rotations (B, 3, 3) and translations (B, 3)."""
    angles = xp.reshape(theta[6:], (-1, 4))
    turns = [about_x(xp, angles[:, k]) for k in (0, 2, 3)]
    turns[0] = about_z(xp, angles[:, 1]) @ turns[0]
    root = relatives[0, :, :3], relatives[0, :, 3]
    R, t = palm = after(xp, *root, relatives[1, ...])
    fingers = []  # bone k of every finger at once
    for k in range(4):
        R, t = after(xp, R, t, relatives[2 + k :: 4, ...])
        R = R @ turns[k] if k < 3 else R
        fingers.append((R, t))
    ordered = [xp.stack(parts, axis=1) for parts in zip(*fingers, strict=True)]
    rotations = xp.concat([xp.stack([root[0], palm[0]]), xp.reshape(ordered[0], (-1, 3, 3))])
    return rotations, xp.concat([xp.stack([root[1], palm[1]]), xp.reshape(ordered[1], (-1, 3))])


def posed_vertices(xp, theta, relatives, inverses, rest, skin):
    """The vertices (V, 3) of a hand, from those at rest and the share (V, B) that each bone has in each."""
    R, t = posed_bones(xp, theta, relatives)
    R, t = after(xp, R, t, inverses)
    blended = xp.reshape(skin @ xp.reshape(R, (-1, 9)), (-1, 3, 3))
    at_origin = xp.sum(blended * rest[:, None, :], axis=-1) + skin @ t
    return at_origin @ xp.matrix_transpose(rotation(xp, theta[:3])) + theta[3:6]


@case(wrt=("theta", "us"), sizes=HANDS, published=PUBLISHED_HANDS, source=ADBENCH, bench=True)
def ht(xp, theta, us, relatives, inverses, rest, skin, corners, points):
    """points − (u₀ a + u₁ b + (1 − u₀ − u₁) c), a, b, c the corners of triangles on a posed hand; θ (26,), u (N, 2).

    The hand has B = 22 bones with transforms relative to their parents, relatives (B, 3, 4), and those that undo the
    pose at rest, inverses (B, 3, 4); vertices rest (V, 3), skin (V, B); corners (N, 3) are numbers of vertices, points
    and errors (N, 3). The derivative is the oracle's alone.
    """
    vertices = posed_vertices(xp, theta, relatives, inverses, rest, skin)
    triangles = xp.reshape(xp.take(vertices, xp.reshape(corners, (-1,)), axis=0), (-1, 3, 3))
    shares = xp.concat([us, 1 - xp.sum(us, axis=1, keepdims=True)], axis=1)
    return points - xp.sum(shares[:, :, None] * triangles, axis=1)


def skeleton(rng, fingers):
    """Bones of random lengths and directions, relatives (B, 3, 4), and the transforms that undo them, (B, 3, 4)."""
    B = 2 + 4 * fingers
    turned = rotated(np, rng.normal(0.0, 0.2, (B, 1, 3)) * np.ones((3, 1)), np.eye(3)).swapaxes(-1, -2)
    offsets = rng.uniform(0.3, 0.5, (B, 1)) * [0.0, 1.0, 0.0]
    offsets[2::4, 0] = np.linspace(-0.5, 0.5, fingers) if fingers > 1 else 0.2
    relatives = np.concat([turned, offsets[:, :, None]], axis=2)
    R, t = posed_bones(np, np.zeros(6 + 4 * fingers), relatives)
    back = R.swapaxes(-1, -2)
    return relatives, np.concat([back, -back @ t[:, :, None]], axis=2), t


def hand(rng, V, N, fingers=5):
    """A hand whose vertices lie about its bones and follow the nearest three, and points near its surface."""
    relatives, inverses, places = skeleton(rng, fingers)
    rest = places[np.arange(V) % len(places)] + rng.normal(0.0, 0.1, (V, 3))
    nearness = 1 / np.sum((rest[:, None] - places) ** 2, axis=-1)
    skin = np.where(nearness >= np.sort(nearness)[:, -3:-2], nearness, 0.0)
    model = {
        "theta": np.concat([rng.normal(0.0, 0.5, 6), rng.normal(0.0, 0.3, 4 * fingers)]),
        "us": rng.uniform(0.1, 0.45, (N, 2)),
        "relatives": relatives,
        "inverses": inverses,
        "rest": rest,
        "skin": skin / skin.sum(axis=1, keepdims=True),
        "corners": np.stack([rng.choice(V, 3, replace=False) for _ in range(N)]),
    }
    return {**model, "points": rng.normal(0.0, 0.1, (N, 3)) - ht.function(np, **model, points=np.zeros((N, 3)))}


ht.inputs(hand)


@ht.sparsity
def _(theta, us, points, **model):
    """Of each error the whole pose, and the two coordinates of its own point."""
    N, T = len(us), theta.size
    of_point = T + 2 * np.repeat(np.arange(N), 3)[:, None] + np.arange(2)
    columns = np.concat([np.broadcast_to(np.arange(T), (3 * N, T)), of_point], axis=1)
    return np.repeat(np.arange(3 * N), T + 2), columns.ravel()


# The same a scalar at a time, of lists of lists


def entries(xp, matrix):
    return [[matrix[i, j] for j in range(matrix.shape[1])] for i in range(matrix.shape[0])]


def after_loop(R, t, relative):
    """`after` of lists: R (3, 3), t (3,), relative (3, 4)."""
    columns = [[relative[i][j] for i in range(3)] for j in range(4)]
    return [[dot3(row, c) for c in columns[:3]] for row in R], [dot3(R[i], columns[3]) + t[i] for i in range(3)]


def turned_loop(xp, R, angle, j):
    """R times a rotation that turns axis j towards the next."""
    c, s = xp.cos(angle), xp.sin(angle)
    turned = [(row[j] * c + row[j + 1] * s, row[j + 1] * c - row[j] * s) for row in R]
    return [[*row[:j], *pair, *row[j + 2 :]] for row, pair in zip(R, turned, strict=True)]


@case(wrt=("theta", "us"), sizes={"small": {"V": 3, "N": 1, "fingers": 1}}, source=ADBENCH)
def ht_loop(xp, theta, us, relatives, inverses, rest, skin, points):
    """`ht` a scalar at a time, where point i lies between vertices 3i, 3i + 1 and 3i + 2; of as many fingers as θ has.

    θ (6 + 4F,), u (N, 2), relatives and inverses (2 + 4F, 3, 4), rest (3N, 3), skin (3N, 2 + 4F), points (N, 3).
    """
    root = entries(xp, relatives[0, :, :])
    bones = [([row[:3] for row in root], [row[3] for row in root])]
    bones.append(after_loop(*bones[0], entries(xp, relatives[1, :, :])))
    for f in range((theta.shape[0] - 6) // 4):
        R, t = bones[1]
        angles = [theta[6 + 4 * f + k] for k in range(4)]
        for k in range(4):
            R, t = after_loop(R, t, entries(xp, relatives[2 + 4 * f + k, :, :]))
            if k == 0:
                R = turned_loop(xp, turned_loop(xp, R, angles[1], 0), angles[0], 1)
            elif k < 3:
                R = turned_loop(xp, R, angles[k + 1], 1)
            bones.append((R, t))
    moves = [after_loop(R, t, entries(xp, inverses[b, :, :])) for b, (R, t) in enumerate(bones)]
    vertices = [posed_loop(xp, theta, moves, rest[v, :], skin[v, :]) for v in range(rest.shape[0])]
    errors = []
    for n in range(us.shape[0]):
        a, b, c = vertices[3 * n : 3 * n + 3]
        u, v = us[n, 0], us[n, 1]
        errors += [points[n, i] - (u * a[i] + v * b[i] + (1 - u - v) * c[i]) for i in range(3)]
    return xp.reshape(xp.stack(errors), (-1, 3))


def posed_loop(xp, theta, moves, rest, share):
    """One vertex, by the transforms of the bones."""
    at_rest, place = [rest[i] for i in range(3)], None
    for b, (R, t) in enumerate(moves):
        here = [share[b] * (dot3(R[i], at_rest) + t[i]) for i in range(3)]
        place = here if place is None else [p + h for p, h in zip(place, here, strict=True)]
    turned = rotated_loop(xp, [theta[i] for i in range(3)], place)
    return [turned[i] + theta[3 + i] for i in range(3)]


@ht_loop.inputs
def _(rng, V, N, fingers):
    made = hand(rng, V, N, fingers)
    del made["corners"]
    return made
